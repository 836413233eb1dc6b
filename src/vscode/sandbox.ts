// The sandbox cluster in this window: started once, with a kubeconfig of its own that no other tool reads.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** What is needed of a sandbox: its kubeconfig's text, and its end. */
export interface RunningSandbox {
  kubeconfig: string;
  stop(): Promise<void>;
}

export class SandboxCluster {
  readonly #path: string;
  readonly #start: () => Promise<RunningSandbox>;
  #running: Promise<RunningSandbox> | undefined;

  /** @param path file in the extension's own storage for the kubeconfig. */
  constructor(path: string, start: () => Promise<RunningSandbox>) {
    this.#path = path;
    this.#start = start;
  }

  /** Kubeconfig files to read besides the person's own. */
  get kubeconfigs(): string[] {
    return this.#running ? [this.#path] : [];
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
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(this.#path, running.kubeconfig, { mode: 0o600 });
    return running;
  }

  dispose(): void {
    void this.#running?.then((running) => running.stop());
  }
}
