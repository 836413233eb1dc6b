// GPUs of this machine and whose containers use them: nvidia-smi followed, and the cgroups of its processes.
import { readFile } from "node:fs/promises";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import {
  containerOfCgroup,
  type GpuProcess,
  gpuProcess,
  machineGpuArgs,
  machineProcessArgs,
} from "../../core/gpu/samplers/machine.ts";
import { smiFailure } from "../../core/gpu/samplers/nvidiaSmi.ts";
import type { Processes } from "../process/processes.ts";
import { findEndpoint } from "./endpoint.ts";

const PROGRAM = "nvidia-smi";
/** Cgroups of processes that are remembered; a process does not change its own. */
const MOST_KNOWN = 1_000;

export interface MachineSink {
  /** A line of figures, as nvidia-smi prints it. */
  gpu(line: string): void;
  /** A process on a GPU, with the container that it is in. */
  process(process: GpuProcess, container: string | undefined): void;
}

export class MachineGpus {
  readonly #environment: () => Record<string, string | undefined>;
  readonly #processes: Processes;

  constructor(environment: () => Record<string, string | undefined>, processes: Processes) {
    this.#environment = environment;
    this.#processes = processes;
  }

  /** Follows until `signal` fires. @throws Trouble when the engine is elsewhere, or nvidia-smi ends by itself. */
  async follow(sink: MachineSink, signal: Signal): Promise<void> {
    const { url } = await findEndpoint(this.#environment());
    if (!/^(unix|npipe):/.test(url)) {
      throw new Trouble(
        "bad-input",
        `The Docker engine at ${url} is not on this machine, so nvidia-smi here says nothing of its containers.`,
      );
    }
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const containers = new Map<number, Promise<string | undefined>>();
    const said: string[] = [];
    const figures = this.#processes.run(
      {
        command: PROGRAM,
        args: [...machineGpuArgs],
        onLine: (line) => {
          if (said.length < 20) said.push(line);
          sink.gpu(line);
        },
      },
      either,
    );
    const onProcess = (line: string) => {
      const found = gpuProcess(line);
      if (!found) return;
      let container = containers.get(found.pid);
      if (!container) {
        if (containers.size >= MOST_KNOWN) containers.clear();
        containers.set(found.pid, (container = containerOf(found.pid)));
      }
      void container.then((id) => sink.process(found, id));
    };
    const owners = this.#processes.run(
      { command: PROGRAM, args: [...machineProcessArgs], onLine: onProcess },
      either,
    );
    // Without the list of processes the figures are still worth something.
    owners.catch(() => {});
    try {
      const { exitCode } = await figures;
      const why = smiFailure(said.join("\n"), exitCode, 0);
      throw new Trouble("failed", (why ?? "nvidia-smi ended by itself.").replace("in the container", "here"));
    } finally {
      ended.abort();
    }
  }
}

async function containerOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  return containerOfCgroup(text);
}
