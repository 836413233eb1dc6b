// Offers Jupyter servers of dev environments to the kernel picker of the Jupyter extension, under ids that stay.
import type { Jupyter, JupyterServer, JupyterServerCollection } from "@vscode/jupyter-extension";
import * as vscode from "vscode";
import type { Environments } from "../app/stores/environments.ts";
import type { UsedEnvironments } from "../app/stores/environments/used.ts";
import type { Kernels } from "../app/stores/environments/ports.ts";
import { causeText, type Log } from "../base/log.ts";
import { onAbort, type Signal } from "../base/signal.ts";

const extensionId = "ms-toolsai.jupyter";

export class KernelPicker implements Kernels, vscode.Disposable {
  readonly #open: () => Promise<Environments>;
  readonly #used: UsedEnvironments;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable[] = [];
  #collection: Promise<JupyterServerCollection> | undefined;
  #offered = "";

  constructor(open: () => Promise<Environments>, used: UsedEnvironments, log: Log) {
    this.#open = open;
    this.#used = used;
    this.#log = log;
  }

  isAvailable(): boolean {
    return vscode.extensions.getExtension(extensionId) !== undefined;
  }

  async offer(): Promise<void> {
    const asked = (this.#collection ??= this.#register());
    asked.catch(() => {
      if (this.#collection === asked) this.#collection = undefined;
    });
    await asked;
    this.#news();
  }

  /** In a window that was opened again: a notebook may want the kernel that it had. */
  restore(): void {
    const look = () => {
      if (this.#collection || !this.isAvailable() || this.#used.all.length === 0) return;
      if (!vscode.workspace.isTrusted) return;
      if (vscode.workspace.notebookDocuments.some((one) => one.notebookType === "jupyter-notebook")) {
        // Nobody has asked for anything that could be answered with a message.
        this.offer().catch((error: unknown) =>
          this.#log.warn(`Kernels of earlier windows could not be offered: ${causeText(error)}`),
        );
      }
    };
    this.#listeners.push(
      vscode.workspace.onDidOpenNotebookDocument(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
    );
    look();
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
    void this.#collection?.then((collection) => collection.dispose());
  }

  async #register(): Promise<JupyterServerCollection> {
    const extension = vscode.extensions.getExtension<Jupyter>(extensionId);
    if (!extension) throw new Error("the Jupyter extension is not installed");
    const jupyter = await extension.activate();
    const environments = await this.#open();
    this.#listeners.push(this.#used.changed(() => this.#news()));
    return jupyter.createJupyterServerCollection("slipway", "Slipway Dev Environments", {
      onDidChangeServers: this.#changed.event,
      provideJupyterServers: () => this.#servers(),
      // The token of this moment: that of yesterday's container is no longer one.
      resolveJupyterServer: async (server, cancel): Promise<JupyterServer> => {
        if (!vscode.workspace.isTrusted) throw new Error("This needs a trusted workspace.");
        const { url, token } = await environments.connect(server.id, signalOf(cancel));
        return {
          id: server.id,
          label: server.label,
          connectionInformation: { baseUrl: vscode.Uri.parse(url), token },
        };
      },
    });
  }

  #servers(): JupyterServer[] {
    return this.#used.all.map(({ id, label }) => ({ id, label }));
  }

  #news(): void {
    const now = JSON.stringify(this.#servers());
    if (now === this.#offered) return;
    this.#offered = now;
    this.#changed.fire();
  }
}

function signalOf(cancel: vscode.CancellationToken): Signal {
  const controller = new AbortController();
  const listener = cancel.onCancellationRequested(() => controller.abort());
  onAbort(controller.signal, () => listener.dispose());
  if (cancel.isCancellationRequested) controller.abort();
  return controller.signal;
}
