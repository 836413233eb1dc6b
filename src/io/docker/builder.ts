// Builds through the docker command line: which builder it has, one run of it, and what it made.
import { readFile } from "node:fs/promises";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { ContextFaults, ContextPlace, ContextSearch } from "../../core/image/buildContext.ts";
import { type Builder, builderFrom, type BuildOptions, type CommandLine } from "../../core/image/plan.ts";
import type { Processes } from "../process/processes.ts";
import { placeInContext, readIgnoreFile, searchContext } from "./buildContext.ts";
import type { Engine } from "./engine.ts";

export class DockerBuilder {
  readonly #processes: Processes;
  readonly #engine: Engine;
  readonly #docker: () => string;
  #builder: Promise<Builder> | undefined;

  /** @param docker name or path of the docker command line, read at each run. */
  constructor(processes: Processes, engine: Engine, docker: () => string = () => "docker") {
    this.#processes = processes;
    this.#engine = engine;
    this.#docker = docker;
  }

  /** Asked once; asked again when the answer was a failure. */
  builder(signal: Signal): Promise<Builder> {
    const asked = (this.#builder ??= this.#findBuilder(signal));
    asked.catch(() => {
      if (this.#builder === asked) this.#builder = undefined;
    });
    return asked;
  }

  async #findBuilder(signal: Signal): Promise<Builder> {
    const buildx = await this.#processes.output(
      { command: this.#docker(), args: ["buildx", "version"] },
      signal,
    );
    if (buildx.exitCode === 0) return builderFrom(buildx.stdout, "");
    const client = await this.#processes.output(
      { command: this.#docker(), args: ["version", "--format={{.Client.Version}}"] },
      signal,
    );
    return builderFrom(undefined, client.stdout.trim());
  }

  /** Runs the command line; `onLine` gets what it prints on either stream. */
  run(
    line: CommandLine,
    onLine: (line: string) => void,
    signal: Signal,
  ): Promise<{ exitCode: number; ms: number }> {
    return this.#processes.run({ command: this.#docker(), ...line, onLine: (text) => onLine(text) }, signal);
  }

  /** Text of a Dockerfile. Throws Trouble `not-found` or `denied`. */
  async read(path: string): Promise<string> {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      const denied = (cause as NodeJS.ErrnoException).code === "EACCES";
      throw new Trouble(
        denied ? "denied" : "not-found",
        denied ? `${path} may not be read. Check its permissions.` : `There is no file ${path} any more.`,
        { cause },
      );
    }
  }

  /** The ignore file that counts for a build. @throws Trouble for one that can't be read */
  ignoreFile(
    { dockerfile, context }: BuildOptions,
    builder: Builder,
  ): Promise<{ name: string; text: string } | undefined> {
    return readIgnoreFile(dockerfile, context, builder !== "classic");
  }

  contextPlace(context: string, path: string): Promise<ContextPlace> {
    return placeInContext(context, path);
  }

  searchContext(context: string, search: ContextSearch, signal: Signal): Promise<ContextFaults> {
    return searchContext(context, search, signal);
  }

  ping(signal: Signal): Promise<void> {
    return this.#engine.ping(signal);
  }

  image(reference: string, signal: Signal): Promise<{ id: string; sizeBytes: number } | undefined> {
    return this.#engine.image(reference, signal);
  }
}
