// nvidia-smi in one container: a stream that is sent a line for each reading, and opened again when it was cut.
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { isAbort } from "../../../base/signal.ts";
import type { Reading } from "../../../core/gpu/sample.ts";
import { smiFailure, SmiLines, smiLoop } from "../../../core/gpu/samplers/nvidiaSmi.ts";
import type { ClusterConnection, Execution } from "../cluster/port.ts";
import { failed, isDue, sentence, type SourceReport, trying } from "./source.ts";

/** A little less than a tick, so that none is left out for a few milliseconds. */
const INTERVAL_MS = 900;
/** After a command that could not run; a stream that was cut is opened again sooner. */
const RETRY_MS = 30_000;
const RETRY_CUT_MS = 2_000;
/** A reading that takes longer than this holds the GPU's driver up somewhere. */
const SLOW_MS = 10_000;
const LONGEST_LINE = 4_096;

export class SmiStream implements Disposable {
  readonly namespace: string;
  readonly pod: string;
  report: SourceReport;
  readonly #container: string;
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #execution: Execution | undefined;
  #isOpen = false;
  #askedMs: number | undefined;
  #dueMs = 0;
  #retryMs = 0;

  constructor(
    connection: ClusterConnection,
    clock: Clock,
    place: { namespace: string; pod: string; container: string },
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.namespace = place.namespace;
    this.pod = place.pod;
    this.#container = place.container;
    this.report = trying(this.#place);
  }

  /** Asks for a reading, unless the last is still awaited. */
  tick(): void {
    const nowMs = this.#clock.now();
    if (!this.#isOpen) {
      if (isDue(nowMs, this.#retryMs)) void this.#open();
      return;
    }
    if (!this.#execution) return;
    if (this.#askedMs === undefined) {
      if (!isDue(nowMs, this.#dueMs)) return;
      this.#askedMs = nowMs;
      this.#dueMs = nowMs + INTERVAL_MS;
      this.#execution.write("\n");
    } else if (nowMs - this.#askedMs > SLOW_MS && this.report.state !== "failed")
      this.report = failed("nvidia-smi does not answer: the driver on the node may hang.", this.report);
  }

  dispose(): void {
    this.#ended.abort();
  }

  get #place(): string {
    return `in ${this.namespace}/${this.pod}`;
  }

  async #open(): Promise<void> {
    this.#isOpen = true;
    const lines = new SmiLines();
    const said = lineReader((line) => {
      const reading = lines.push(line);
      if (reading) this.#take(reading);
    });
    const { namespace, pod } = this;
    try {
      this.#execution = await this.#connection.execute(
        { namespace, pod, container: this.#container, command: smiLoop },
        { output: said, errors: said },
        this.#ended.signal,
      );
      this.tick();
      const end = await this.#execution.done;
      const why =
        end.kind === "failed"
          ? shellFailure(end.why)
          : (smiFailure(lines.rest.join("\n"), end.exitCode, 0) ?? "nvidia-smi ended by itself.");
      this.#lost(why);
    } catch (error) {
      if (!isAbort(error)) this.#lost(sentence(error));
    } finally {
      this.#isOpen = false;
      this.#execution = undefined;
      this.#askedMs = undefined;
    }
  }

  #take({ devices, trouble }: Reading): void {
    const nowMs = this.#clock.now();
    this.#askedMs = undefined;
    const owners = [{ namespace: this.namespace, pod: this.pod, container: this.#container }];
    const owned = devices.map((device) => ({ ...device, owners, measuredMs: nowMs }));
    this.report =
      owned.length > 0
        ? { state: "ok", devices: owned, readMs: nowMs, changedMs: nowMs, why: trouble, place: this.#place }
        : failed(trouble ?? "nvidia-smi printed nothing.", this.report);
  }

  #lost(why: string): void {
    const wasWell = this.report.state === "ok";
    this.#retryMs = this.#clock.now() + (wasWell ? RETRY_CUT_MS : RETRY_MS);
    this.report = failed(why, this.report);
  }
}

function shellFailure(why: string): string {
  return /executable file not found|no such file/i.test(why)
    ? "The container has no shell, so nvidia-smi can't be followed in it: install dcgm-exporter in the cluster."
    : `nvidia-smi could not be run in the pod: ${why.slice(0, 200)}`;
}

/** Bytes to lines; a line that does not end is cut. */
function lineReader(onLine: (line: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = "";
  return (bytes) => {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = (parts.pop() ?? "").slice(0, LONGEST_LINE);
    for (const part of parts) onLine(part.slice(0, LONGEST_LINE).replace(/\r$/, ""));
  };
}
