// nvidia-smi in the pods themselves: one stream for each pod, which is sent a line for each reading.
import type { Clock } from "../../../base/clock.ts";
import { isAbort } from "../../../base/signal.ts";
import { text as textAt, list, record, type KubeObject } from "../../../core/kube/object.ts";
import { isAccelerator } from "../../../core/kube/accelerators.ts";
import { pod as podKind } from "../../../core/kube/kinds/pod.ts";
import type { Reading } from "../../../core/gpu/sample.ts";
import { smiFailure, SmiLines, smiLoop } from "../../../core/gpu/samplers/nvidiaSmi.ts";
import type { ClusterConnection, Execution } from "../cluster/port.ts";
import { sentence } from "./exporterSource.ts";
import { failed, type GpuSource, isDue, type NodeNeed, type SourceReport, trying } from "./source.ts";

/** Streams at once; pods beyond them are told so. */
const MOST_STREAMS = 16;
/** A little less than a tick, so that none is left out for a few milliseconds. */
const INTERVAL_MS = 900;
/** After a command that could not run; a stream that was cut is opened again sooner. */
const RETRY_MS = 30_000;
const RETRY_CUT_MS = 2_000;
/** A reading that takes longer than this holds the GPU's driver up somewhere. */
const SLOW_MS = 20_000;

interface PodStream {
  namespace: string;
  name: string;
  node: string;
  ended: AbortController;
  execution: Execution | undefined;
  askedMs: number | undefined;
  dueMs: number;
  retryMs: number;
  isOpening: boolean;
  report: SourceReport;
}

export class SmiSource implements GpuSource {
  readonly id = "nvidia-smi";
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #mayRun: () => string | undefined;
  readonly #streams = new Map<string, PodStream>();

  /** @param mayRun why nothing may be run in pods now; undefined when it may. */
  constructor(connection: ClusterConnection, clock: Clock, mayRun: () => string | undefined) {
    this.#connection = connection;
    this.#clock = clock;
    this.#mayRun = mayRun;
  }

  tick(needs: readonly NodeNeed[]): void {
    const wanted = new Map(
      this.#mayRun() === undefined
        ? needs.flatMap(({ node, pods }) => pods.map((pod) => [pod.uid, { ...pod, node }] as const))
        : [],
    );
    for (const [uid, stream] of this.#streams) {
      if (wanted.has(uid)) continue;
      stream.ended.abort();
      this.#streams.delete(uid);
    }
    const nowMs = this.#clock.now();
    for (const [uid, pod] of wanted) {
      let stream = this.#streams.get(uid);
      if (!stream) {
        if (this.#streams.size >= MOST_STREAMS) continue;
        stream = newStream(pod);
        this.#streams.set(uid, stream);
      }
      if (!stream.execution && !stream.isOpening && isDue(nowMs, stream.retryMs)) void this.#open(stream);
      else this.#ask(stream);
    }
  }

  /** The pods of the node together. */
  report(node: string): SourceReport {
    const mayNot = this.#mayRun();
    if (mayNot !== undefined) return failed(mayNot);
    const own = Array.from(this.#streams.values()).filter((stream) => stream.node === node);
    if (own.length === 0) return failed("No pod that runs on this node holds a GPU.");
    const reports = own.map(({ report }) => report);
    const oks = reports.filter(({ state }) => state === "ok");
    const whys = new Map(
      own.flatMap(({ namespace, name, report }) =>
        report.why === undefined ? [] : [[`${namespace}/${name}`, report.why] as const],
      ),
    );
    const state = oks.length > 0 ? "ok" : reports.some((one) => one.state === "trying") ? "trying" : "failed";
    const newest = (times: readonly (number | undefined)[]) => {
      const known = times.filter((time) => time !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    };
    return {
      state,
      devices: reports.flatMap(({ devices }) => devices),
      readMs: newest(oks.map(({ readMs }) => readMs)),
      changedMs: newest(oks.map(({ changedMs }) => changedMs)),
      why: oks.length > 0 ? undefined : Array.from(new Set(whys.values())).slice(0, 3).join(" "),
      whys,
      place: own.length === 1 ? `in ${own[0]?.namespace}/${own[0]?.name}` : `in ${own.length} pods`,
    };
  }

  dispose(): void {
    for (const { ended } of this.#streams.values()) ended.abort();
    this.#streams.clear();
  }

  #ask(stream: PodStream): void {
    const { execution, askedMs } = stream;
    if (!execution) return;
    const nowMs = this.#clock.now();
    if (askedMs === undefined) {
      if (!isDue(nowMs, stream.dueMs)) return;
      stream.askedMs = nowMs;
      stream.dueMs = nowMs + INTERVAL_MS;
      execution.write("\n");
    } else if (nowMs - askedMs > SLOW_MS && stream.report.state !== "failed") {
      stream.report = failed("nvidia-smi does not answer: the driver on the node may hang.", stream.report);
    }
  }

  async #open(stream: PodStream): Promise<void> {
    stream.isOpening = true;
    const { namespace, name, ended } = stream;
    const lines = new SmiLines();
    const said = lineReader((line) => {
      const reading = lines.push(line);
      if (reading) this.#take(stream, reading);
    });
    try {
      const container = await this.#container(stream);
      const execution = await this.#connection.execute(
        { namespace, pod: name, container, command: smiLoop },
        { output: said, errors: said },
        ended.signal,
      );
      stream.execution = execution;
      this.#ask(stream);
      const end = await execution.done;
      const why =
        end.kind === "failed"
          ? shellFailure(end.why)
          : (smiFailure(lines.rest.join("\n"), end.exitCode, 0) ?? "");
      this.#lost(stream, why);
    } catch (error) {
      if (!isAbort(error)) this.#lost(stream, sentence(error));
    } finally {
      stream.isOpening = false;
      stream.execution = undefined;
      stream.askedMs = undefined;
    }
  }

  /** The first container that was given GPUs. */
  async #container({ namespace, name, ended }: PodStream): Promise<string> {
    const pod = await this.#connection.get({ kind: podKind, namespace, name }, ended.signal);
    return gpuContainer(pod) ?? "";
  }

  #take(stream: PodStream, { devices, trouble }: Reading): void {
    const nowMs = this.#clock.now();
    stream.askedMs = undefined;
    const { namespace, name: pod } = stream;
    const owned = devices.map((device) => ({ ...device, owners: [{ namespace, pod }], measuredMs: nowMs }));
    const place = `in ${namespace}/${pod}`;
    stream.report =
      owned.length > 0
        ? { state: "ok", devices: owned, readMs: nowMs, changedMs: nowMs, why: trouble, place }
        : failed(trouble ?? "nvidia-smi printed nothing.", stream.report);
  }

  #lost(stream: PodStream, why: string): void {
    const wasWell = stream.report.state === "ok";
    stream.retryMs = this.#clock.now() + (wasWell ? RETRY_CUT_MS : RETRY_MS);
    stream.report = failed(why, stream.report);
  }
}

function newStream(pod: { namespace: string; name: string; node: string }): PodStream {
  return {
    namespace: pod.namespace,
    name: pod.name,
    node: pod.node,
    ended: new AbortController(),
    execution: undefined,
    askedMs: undefined,
    dueMs: 0,
    retryMs: 0,
    isOpening: false,
    report: trying(`in ${pod.namespace}/${pod.name}`),
  };
}

export function gpuContainer(pod: KubeObject): string | undefined {
  const containers = list(pod, "spec", "containers");
  const holder = containers.find((one) =>
    Object.keys({ ...record(one, "resources", "limits"), ...record(one, "resources", "requests") }).some(
      isAccelerator,
    ),
  );
  return textAt(holder ?? containers[0], "name");
}

function shellFailure(why: string): string {
  return /executable file not found|no such file/i.test(why)
    ? "The container has no shell, so nvidia-smi can't be followed in it: install dcgm-exporter in the cluster."
    : `nvidia-smi could not be run in the pod: ${why.slice(0, 200)}`;
}

const LONGEST_LINE = 4_096;

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
