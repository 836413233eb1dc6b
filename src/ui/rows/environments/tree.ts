// The tree of Dev Environments: a row for each, or why there is none.
import type { App } from "../../../app/app.ts";
import type { Environment, Environments } from "../../../app/stores/environments.ts";
import type { Disposable } from "../../../base/disposables.ts";
import type { Row, Tree } from "../../view.ts";
import { RowNews } from "../rowNews.ts";
import { environmentRow } from "./row.ts";

/** A sentence where rows would be. */
export interface EnvironmentMessage {
  kind: "message";
  id: string;
  text: string;
}

export type EnvironmentNode = Environment | EnvironmentMessage;

/** What a command for an environment takes: a row of the view. */
export function isEnvironment(target: unknown): target is Environment {
  const kind =
    typeof target === "object" && target !== null ? (target as { kind?: unknown }).kind : undefined;
  return (
    (kind === "devcontainer" || kind === "container" || kind === "pod") && "jupyter" in (target as object)
  );
}

export class EnvironmentTree implements Tree<EnvironmentNode> {
  readonly #app: App;
  readonly #environments: Environments;
  readonly #news = new RowNews<EnvironmentNode>();
  readonly changed = this.#news.changed;
  readonly #listeners: Disposable[];
  /** The same object for the same row: the window knows rows by identity. */
  readonly #nodes = new Map<string, { node: EnvironmentNode; face: string }>();
  #reader: Disposable | undefined;

  constructor(app: App, environments: Environments) {
    this.#app = app;
    this.#environments = environments;
    this.#listeners = [environments.changed(() => this.#look()), app.containers.changed(() => this.#look())];
  }

  async children(node: EnvironmentNode | undefined): Promise<EnvironmentNode[]> {
    if (node) return [];
    this.#reader ??= this.#environments.read();
    await this.#answered();
    this.#news.asked();
    const known = new Map(this.#current().map((one) => [one.id, one]));
    for (const id of this.#nodes.keys()) if (!known.has(id)) this.#nodes.delete(id);
    return Array.from(known.values(), (one) => this.#same(one).node);
  }

  row(node: EnvironmentNode): Row {
    if (node.kind === "message") {
      return {
        id: node.id,
        label: node.text,
        collapsible: "none",
        icon: { id: "debug-disconnect", color: "list.warningForeground" },
        tooltip: node.text,
      };
    }
    const { attachment, containers } = this.#app;
    const gpus = node.container && containers.gpuCheck(node.container.id);
    return environmentRow(node, { canAttach: attachment.isAvailable(), gpus });
  }

  setVisible(visible: boolean): void {
    if (visible) {
      this.#news.asked();
      this.#reader ??= this.#environments.read();
      return;
    }
    this.#reader?.dispose();
    this.#reader = undefined;
  }

  dispose(): void {
    this.setVisible(false);
    for (const listener of this.#listeners) listener.dispose();
    this.#news.dispose();
  }

  #current(): EnvironmentNode[] {
    const { containers } = this.#app;
    const environments = this.#environments;
    const { state } = containers;
    const message: EnvironmentNode[] =
      state.kind === "absent" ? [{ kind: "message", id: "environments/absent", text: state.text }] : [];
    return [...message, ...environments.all];
  }

  /** The first answers of the engine and of the workspace. */
  #answered(): Promise<void> {
    const { containers } = this.#app;
    const environments = this.#environments;
    const isOpen = () =>
      !environments.isLoaded || containers.state.kind === "loading" || containers.state.kind === "idle";
    return new Promise((resolve) => {
      if (!isOpen()) return resolve();
      const listeners: Disposable[] = [];
      const look = () => {
        if (isOpen()) return;
        for (const listener of listeners) listener.dispose();
        resolve();
      };
      listeners.push(environments.changed(look), containers.changed(look));
    });
  }

  #same(one: EnvironmentNode): { node: EnvironmentNode; face: string } {
    const known = this.#nodes.get(one.id);
    const node = known ? Object.assign(known.node, one) : one;
    const entry = { node, face: JSON.stringify(this.row(node)) };
    this.#nodes.set(one.id, entry);
    return entry;
  }

  #look(): void {
    if (!this.#reader) return;
    const current = this.#current();
    const isSameList =
      current.length === this.#nodes.size &&
      current.every((one, index) => Array.from(this.#nodes.keys())[index] === one.id);
    if (!isSameList) {
      this.#news.all();
      return;
    }
    const news = current.flatMap((one) => {
      const before = this.#nodes.get(one.id)?.face;
      const { node, face } = this.#same(one);
      return face === before ? [] : [node];
    });
    this.#news.rows(news);
  }
}
