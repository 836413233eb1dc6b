// Push and pull through the docker command line, so that its credential helpers work and no secret passes here.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { planRegistry } from "../../core/image/plan.ts";
import { registryTrouble } from "../../core/image/registryTrouble.ts";
import type { Processes } from "../process/processes.ts";

export class Registry {
  readonly #processes: Processes;
  readonly #docker: () => string;

  /** @param docker name or path of the docker command line, read at each run. */
  constructor(processes: Processes, docker: () => string = () => "docker") {
    this.#processes = processes;
    this.#docker = docker;
  }

  push(reference: string, onLine: (line: string) => void, signal: Signal): Promise<void> {
    return this.#run("push", reference, onLine, signal);
  }

  pull(reference: string, onLine: (line: string) => void, signal: Signal): Promise<void> {
    return this.#run("pull", reference, onLine, signal);
  }

  async #run(
    verb: "push" | "pull",
    reference: string,
    onLine: (line: string) => void,
    signal: Signal,
  ): Promise<void> {
    const line = planRegistry(verb, reference);
    if ("problem" in line) throw new Trouble("bad-input", line.problem);
    let last = "";
    const { exitCode } = await this.#processes.run(
      {
        command: this.#docker(),
        ...line,
        onLine(text) {
          if (text.trim() !== "") last = text.trim();
          onLine(text);
        },
      },
      signal,
    );
    if (exitCode !== 0) throw registryTrouble(verb, reference, last);
  }
}
