// Push and pull through the docker command line, so that its credential helpers work and no secret passes here.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { planRegistry } from "../../core/image/plan.ts";
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

function registryTrouble(verb: "push" | "pull", reference: string, said: string): Trouble {
  const reason = said.replace(/^(?:Error response from daemon|ERROR|error): /, "");
  const first = reference.split("/", 1)[0] ?? "";
  const registry = reference.includes("/") && /[.:]/.test(first) ? first : "";
  const login = `docker login${registry === "" ? "" : ` ${registry}`}`;
  if (
    /unauthorized|authentication required|denied|no basic auth credentials|insufficient_scope/i.test(reason)
  ) {
    return new Trouble(
      "denied",
      `The registry refused to ${verb} ${reference}. Sign in with ${login}, or check the name.`,
      {
        detail: reason,
      },
    );
  }
  if (/toomanyrequests|429/i.test(reason)) {
    return new Trouble(
      "failed",
      `The registry's limit of pulls is reached. Sign in with ${login}, or wait.`,
      { detail: reason },
    );
  }
  if (/manifest unknown|not found|does not exist/i.test(reason)) {
    const text =
      verb === "push" ? `There is no image ${reference} to push.` : `The registry has no image ${reference}.`;
    return new Trouble("not-found", `${text} Check its name and tag.`, { detail: reason });
  }
  if (/Cannot connect to the Docker daemon|Is the docker daemon running/i.test(reason)) {
    return new Trouble("unreachable", "Docker is not running. Start it, then try again.", { detail: reason });
  }
  return new Trouble(
    "failed",
    `Docker could not ${verb} ${reference}: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`,
  );
}
