// The sandbox cluster in this window: started once, with a kubeconfig of its own that no other tool reads, nor any
// other window.
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What is needed of a sandbox: its kubeconfig's text, and its end. */
export interface RunningSandbox {
  kubeconfig: string;
  stop(): Promise<void>;
}

export class SandboxCluster {
  readonly #start: () => Promise<RunningSandbox>;
  #running: Promise<RunningSandbox> | undefined;
  /** Nobody else's: a second window has its own sandbox under the same name. */
  #folder: string | undefined;

  constructor(start: () => Promise<RunningSandbox>) {
    this.#start = start;
  }

  /** Kubeconfig files to read besides the person's own. */
  get kubeconfigs(): string[] {
    return this.#folder === undefined ? [] : [join(this.#folder, "sandbox.kubeconfig")];
  }

  async start(): Promise<void> {
    this.#running ??= this.#open();
    try {
      await this.#running;
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }

  async #open(): Promise<RunningSandbox> {
    const running = await this.#start();
    const folder = mkdtempSync(join(tmpdir(), "slipway-sandbox-"));
    await writeFile(join(folder, "sandbox.kubeconfig"), running.kubeconfig, { mode: 0o600 });
    this.#folder = folder;
    return running;
  }

  dispose(): void {
    // Before the window waits for anything: it may be gone then.
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    void this.#running?.then((running) => running.stop());
  }
}
