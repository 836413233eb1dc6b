// nvidia-smi in the pods themselves: a stream for each container that was given GPUs, while somebody wants that.
import type { Clock } from "../../../base/clock.ts";
import { isAbort } from "../../../base/signal.ts";
import { isAccelerator } from "../../../core/kube/accelerators.ts";
import { pod as podKind } from "../../../core/kube/kinds/pod.ts";
import { type KubeObject, list, record, text } from "../../../core/kube/object.ts";
import type { DeviceSample } from "../../../core/gpu/sample.ts";
import type { ClusterConnection } from "../cluster/port.ts";
import { SmiStream } from "./smiStream.ts";
import {
  failed,
  type GpuSource,
  isDue,
  type NodeNeed,
  sentence,
  type SourceReport,
  trying,
} from "./source.ts";

/** Pods at once; those beyond are told so. */
const MOST_PODS = 16;
const RETRY_MS = 30_000;

interface Followed {
  namespace: string;
  name: string;
  node: string;
  ended: AbortController;
  /** Undefined until the pod was asked which of its containers have GPUs. */
  streams: SmiStream[] | undefined;
  isAsking: boolean;
  retryMs: number;
  /** While there are no streams. */
  report: SourceReport;
}

export class SmiSource implements GpuSource {
  readonly id = "nvidia-smi";
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #mayRun: () => string | undefined;
  readonly #pods = new Map<string, Followed>();
  /** Nodes with pods that are too many. */
  #crowded = new Set<string>();

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
    for (const [uid, pod] of this.#pods) {
      if (wanted.has(uid)) continue;
      end(pod);
      this.#pods.delete(uid);
    }
    this.#crowded = new Set();
    for (const [uid, { namespace, name, node }] of wanted) {
      let pod = this.#pods.get(uid);
      if (!pod && this.#pods.size >= MOST_PODS) {
        this.#crowded.add(node);
        continue;
      }
      if (!pod) this.#pods.set(uid, (pod = followed(namespace, name, node)));
      if (pod.streams) for (const stream of pod.streams) stream.tick();
      else if (!pod.isAsking && isDue(this.#clock.now(), pod.retryMs)) void this.#ask(pod);
    }
  }

  /** The pods of the node together. */
  report(node: string): SourceReport {
    const mayNot = this.#mayRun();
    if (mayNot !== undefined) return failed(mayNot);
    const pods = Array.from(this.#pods.values()).filter((pod) => pod.node === node);
    if (pods.length === 0) {
      return failed(
        this.#crowded.has(node)
          ? `nvidia-smi is followed in ${MOST_PODS} pods at once: choose a namespace or a pod to see others.`
          : "No pod that runs on this node holds a GPU.",
      );
    }
    const parts = pods.flatMap(({ namespace, name, streams, report }) =>
      (streams ?? [{ report }]).map((stream) => ({ key: `${namespace}/${name}`, report: stream.report })),
    );
    const oks = parts.map(({ report }) => report).filter(({ state }) => state === "ok");
    const whys = new Map(
      parts.flatMap(({ key, report }) => (report.why === undefined ? [] : [[key, report.why] as const])),
    );
    const isTrying = parts.some(({ report }) => report.state === "trying");
    // Beside figures of now those of a stream that fails are not shown.
    const shown = oks.length > 0 ? oks : parts.map(({ report }) => report);
    return {
      state: oks.length > 0 ? "ok" : isTrying ? "trying" : "failed",
      devices: merged(shown.flatMap(({ devices }) => devices)),
      readMs: oldest(shown.map(({ readMs }) => readMs)),
      changedMs: oldest(shown.map(({ changedMs }) => changedMs)),
      why: oks.length > 0 ? undefined : Array.from(new Set(whys.values())).slice(0, 3).join(" "),
      whys,
      place: pods.length === 1 ? `in ${pods[0]?.namespace}/${pods[0]?.name}` : `in ${pods.length} pods`,
    };
  }

  dispose(): void {
    for (const pod of this.#pods.values()) end(pod);
    this.#pods.clear();
  }

  /** Which containers have GPUs stands in the pod, and not in its row. */
  async #ask(pod: Followed): Promise<void> {
    const { namespace, name, ended } = pod;
    pod.isAsking = true;
    try {
      const object = await this.#connection.get({ kind: podKind, namespace, name }, ended.signal);
      pod.streams = gpuContainers(object).map(
        (container) => new SmiStream(this.#connection, this.#clock, { namespace, pod: name, container }),
      );
      if (ended.signal.aborted) end(pod);
      else for (const stream of pod.streams) stream.tick();
    } catch (error) {
      if (isAbort(error)) return;
      pod.retryMs = this.#clock.now() + RETRY_MS;
      pod.report = failed(sentence(error));
    } finally {
      pod.isAsking = false;
    }
  }
}

function followed(namespace: string, name: string, node: string): Followed {
  const report = trying(`in ${namespace}/${name}`);
  const ended = new AbortController();
  return { namespace, name, node, ended, streams: undefined, isAsking: false, retryMs: 0, report };
}

function end({ ended, streams }: Followed): void {
  ended.abort();
  for (const stream of streams ?? []) stream.dispose();
}

/** A GPU that several pods share is seen from each of them, and is one. */
function merged(devices: readonly DeviceSample[]): DeviceSample[] {
  const byId = new Map<string, DeviceSample>();
  for (const device of devices) {
    const known = byId.get(device.uuid);
    const owners = [...(known?.owners ?? []), ...device.owners];
    byId.set(device.uuid, known ? { ...known, owners, isShared: true } : device);
  }
  return Array.from(byId.values());
}

function oldest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Names of the containers that were given accelerators; the first container when none says so. */
export function gpuContainers(pod: KubeObject): string[] {
  const containers = list(pod, "spec", "containers");
  const holders = containers.filter((one) =>
    Object.keys({ ...record(one, "resources", "limits"), ...record(one, "resources", "requests") }).some(
      isAccelerator,
    ),
  );
  return (holders.length > 0 ? holders : containers.slice(0, 1)).map((one) => text(one, "name") ?? "");
}
