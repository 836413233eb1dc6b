// The GPUs of this machine and the local containers on them, while somebody reads.
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { isAbort, type Signal } from "../../../base/signal.ts";
import { History } from "../../../core/gpu/history.ts";
import type { DeviceSample, Owner } from "../../../core/gpu/sample.ts";
import type { GpuProcess } from "../../../core/gpu/samplers/machine.ts";
import { smiRow } from "../../../core/gpu/samplers/nvidiaSmi.ts";
import { usageRows } from "../../../core/gpu/usage.ts";
import type { Containers } from "../containers.ts";
import type { NodeUsage } from "./clusterGpus.ts";
import { failed, isDue, sentence, type SourceReport, trying } from "./source.ts";

export interface MachinePort {
  /** Follows nvidia-smi of this machine until `signal` fires. @throws Trouble when there is none. */
  follow(
    sink: { gpu(line: string): void; process(process: GpuProcess, container: string | undefined): void },
    signal: Signal,
  ): Promise<void>;
}

const TICK_MS = 1_000;
/** A process that was not named for this long is gone. */
const GONE_MS = 3_500;
const RETRY_MS = 30_000;
const NODE = "This machine";
/** In place of a namespace, for containers and for processes outside of any. */
const DOCKER = "docker";
const HOST = "processes";

interface Seen extends GpuProcess {
  container: string | undefined;
  seenMs: number;
}

export class MachineUsage implements Disposable {
  readonly #port: MachinePort;
  readonly #containers: Containers;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #isTrusted: () => boolean;
  readonly #histories = new Map<string, History>();
  readonly #devices = new Map<string, { sample: DeviceSample; readMs: number }>();
  readonly #seen = new Map<string, Seen>();
  #readers = 0;
  #ended: AbortController | undefined;
  #reading: Disposable | undefined;
  #tick: Disposable | undefined;
  #isRunning = false;
  #retryMs = 0;
  #report: SourceReport = trying("on this machine");
  #usage: NodeUsage[] = [];

  constructor(parts: {
    port: MachinePort;
    containers: Containers;
    clock: Clock;
    changed: () => void;
    isTrusted: () => boolean;
  }) {
    this.#port = parts.port;
    this.#containers = parts.containers;
    this.#clock = parts.clock;
    this.#changed = parts.changed;
    this.#isTrusted = parts.isTrusted;
  }

  get nodes(): readonly NodeUsage[] {
    return this.#usage;
  }

  history(device: string): History | undefined {
    return this.#histories.get(device);
  }

  read(): Disposable {
    this.#readers += 1;
    if (this.#readers === 1) this.#start();
    let isOpen = true;
    return {
      dispose: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#readers -= 1;
        if (this.#readers === 0) this.#stop();
      },
    };
  }

  dispose(): void {
    this.#readers = 0;
    this.#stop();
  }

  #start(): void {
    this.#ended = new AbortController();
    this.#reading = this.#containers.read();
    this.#retryMs = 0;
    this.#run();
  }

  #stop(): void {
    this.#ended?.abort();
    this.#reading?.dispose();
    this.#tick?.dispose();
    this.#tick = undefined;
    this.#seen.clear();
  }

  #run(): void {
    this.#tick = this.#clock.after(TICK_MS, () => this.#run());
    if (!this.#isTrusted()) {
      this.#report = failed("nvidia-smi is not run while the workspace is not trusted.");
    } else if (!this.#isRunning && this.#ended && isDue(this.#clock.now(), this.#retryMs))
      void this.#follow(this.#ended.signal);
    this.#collect();
    this.#changed();
  }

  async #follow(signal: Signal): Promise<void> {
    this.#isRunning = true;
    const sink = {
      gpu: (line: string) => {
        const sample = smiRow(line);
        if (sample) this.#devices.set(sample.uuid, { sample, readMs: this.#clock.now() });
      },
      process: (process: GpuProcess, container: string | undefined) => {
        const key = `${process.uuid}/${process.pid}`;
        this.#seen.set(key, { ...process, container, seenMs: this.#clock.now() });
      },
    };
    try {
      await this.#port.follow(sink, signal);
    } catch (error) {
      if (!isAbort(error)) {
        this.#retryMs = this.#clock.now() + RETRY_MS;
        this.#devices.clear();
        this.#report = failed(sentence(error));
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #collect(): void {
    const nowMs = this.#clock.now();
    for (const [key, { seenMs }] of this.#seen) if (nowMs - seenMs > GONE_MS) this.#seen.delete(key);
    const known = Array.from(this.#devices.values());
    if (known.length > 0) {
      const readMs = Math.min(...known.map((device) => device.readMs));
      const devices = known.map(({ sample }) => this.#owned(sample));
      this.#report = {
        state: "ok",
        devices,
        readMs,
        changedMs: readMs,
        why: undefined,
        place: "on this machine",
      };
    }
    const report = this.#report;
    const rows = usageRows(report.devices, {
      node: NODE,
      sharing: undefined,
      holders: [],
      sharedBy: "Used by several",
    });
    const second = Math.floor(nowMs / 1000);
    for (const row of report.state === "ok" ? rows : []) {
      if (row.kind !== "device") continue;
      let history = this.#histories.get(row.device);
      if (!history) this.#histories.set(row.device, (history = new History()));
      history.write(second, row.figures);
    }
    const tried = report.state === "failed" ? [{ source: "nvidia-smi" as const, why: report.why ?? "" }] : [];
    this.#usage = [{ node: NODE, source: "nvidia-smi", report, tried, rows }];
  }

  /** With the containers whose processes are on it, and the memory that each takes. */
  #owned(sample: DeviceSample): DeviceSample {
    const owners = new Map<string, Owner & { own: { memoryUsedMiB: number | undefined } }>();
    for (const { uuid, pid, container, memoryMiB } of this.#seen.values()) {
      if (uuid !== sample.uuid) continue;
      const name = container === undefined ? `process ${pid}` : this.#nameOf(container);
      const known = owners.get(name);
      const before = known?.own.memoryUsedMiB;
      const used =
        known && (before === undefined || memoryMiB === undefined)
          ? undefined
          : (before ?? 0) + (memoryMiB ?? 0);
      const namespace = container === undefined ? HOST : DOCKER;
      owners.set(name, {
        namespace,
        pod: name,
        own: { memoryUsedMiB: memoryMiB === undefined ? undefined : used },
      });
    }
    return { ...sample, owners: Array.from(owners.values()), isShared: owners.size > 1 };
  }

  #nameOf(container: string): string {
    const known = this.#containers.containers.find(({ id }) => id === container);
    return known?.name ?? container.slice(0, 12);
  }
}
