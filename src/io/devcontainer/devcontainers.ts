// Runs the devcontainers command line, which is part of Slipway, with the Node that runs Slipway.
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Processes } from "../process/processes.ts";

/** Paths of what the command line is run from. */
export interface CommandLineFiles {
  /** Its script. */
  program: string;
  /** `endWithParent`, so that a window that is killed leaves none running. */
  guard: string;
  /** A folder of this user's own for what Node made of the script: it is there sooner the next time. */
  compiled: string;
}

export class Devcontainers {
  readonly #processes: Processes;
  readonly #files: CommandLineFiles;
  readonly #docker: () => string;

  /** @param docker name or path of the docker command line, read at each run. */
  constructor(processes: Processes, files: CommandLineFiles, docker: () => string = () => "docker") {
    this.#processes = processes;
    this.#files = files;
    this.#docker = docker;
  }

  async docker(): Promise<string> {
    return this.#docker();
  }

  /** Runs the devcontainers command line to its end. */
  up(
    args: string[],
    onLine: (line: string, stream: "stdout" | "stderr") => void,
    signal: Signal,
  ): Promise<{ exitCode: number; ms: number }> {
    const { program, guard, compiled } = this.#files;
    return this.#processes.run(
      {
        command: process.execPath,
        args: ["--require", guard, program, ...args],
        holdsInput: true,
        env: {
          // VS Code's own program is Node when it is told so.
          ELECTRON_RUN_AS_NODE: "1",
          // Two megabytes are compiled at each launch otherwise: a quarter of the time until the program begins.
          NODE_COMPILE_CACHE: compiled,
          // The command line's Dockerfile lies in a folder of its own, which Compose up to 5.5 does not let buildx
          // read (compose pkg/compose/build_bake.go).
          BUILDX_BAKE_ENTITLEMENTS_FS: "0",
        },
        onLine,
      },
      signal,
    );
  }

  /** Removes the containers and networks of a Compose project. Throws Trouble when it can't. */
  async composeDown(project: string, signal: Signal): Promise<void> {
    const args = ["compose", `--project-name=${project}`, "down", "--timeout=0"];
    const { exitCode, stderr } = await this.#processes.output({ command: this.#docker(), args }, signal);
    if (exitCode === 0) return;
    throw new Trouble("failed", `The Compose project ${project} could not be removed: ${stderr.trim()}`);
  }

  /**
   * Runs a script with `sh` in a running container, as this user and in this folder. The script goes in by
   * standard input, so that nothing of it is seen in any list of processes or any log.
   */
  runScript(
    containerId: string,
    user: string,
    folder: string,
    script: string,
    signal: Signal,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return this.#processes.output(
      {
        command: this.#docker(),
        args: ["exec", "--interactive", `--user=${user}`, `--workdir=${folder}`, containerId, "sh", "-s"],
        input: script,
      },
      signal,
    );
  }

  /** Text of a file. Throws Trouble `not-found` or `denied`. */
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

  async exists(path: string): Promise<boolean> {
    return stat(path).then(
      () => true,
      () => false,
    );
  }

  /** Writes files that are not there yet, with their folders. Throws Trouble when one is, or can't be written. */
  async create(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text, { flag: "wx" });
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code;
        if (code === "EEXIST") throw new Trouble("conflict", `${path} is there already.`, { cause });
        throw new Trouble(
          "denied",
          `${path} could not be written (${code ?? "no reason"}). Check the folder's permissions and its disk.`,
          { cause },
        );
      }
    }
  }
}
