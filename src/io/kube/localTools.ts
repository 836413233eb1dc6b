// The programs of local clusters: whether they are there, and running them.
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Signal } from "../../base/signal.ts";
import type { CommandLine } from "../../core/kube/localCluster.ts";
import type { Processes } from "../process/processes.ts";

export class LocalTools {
  readonly #processes: Processes;
  readonly #environment: () => Readonly<Record<string, string | undefined>>;

  constructor(
    processes: Processes,
    environment: () => Readonly<Record<string, string | undefined>> = () => process.env,
  ) {
    this.#processes = processes;
    this.#environment = environment;
  }

  /** True when it is in PATH; nothing is started. */
  async isInstalled(program: string): Promise<boolean> {
    const environment = this.#environment();
    const folders = (environment.PATH ?? environment.Path ?? "").split(delimiter).filter((one) => one !== "");
    const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
    const mode = process.platform === "win32" ? constants.F_OK : constants.X_OK;
    for (const folder of folders) {
      for (const ending of endings) {
        const isThere = await access(join(folder, `${program}${ending}`), mode).then(
          () => true,
          () => false,
        );
        if (isThere) return true;
      }
    }
    return false;
  }

  /** Runs to the end. @throws Trouble when it can't be started. */
  async run(
    { command, args }: CommandLine,
    onLine: (line: string, stream: "stdout" | "stderr") => void,
    signal: Signal,
  ): Promise<number> {
    return (await this.#processes.run({ command, args, onLine }, signal)).exitCode;
  }
}
