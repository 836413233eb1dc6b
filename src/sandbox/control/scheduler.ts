// The scheduler: a node for each pod that has none, or the real scheduler's sentence why there is none.
import type { Clock } from "../../base/clock.ts";
import { parseQuantity } from "../../core/kube/quantity.ts";
import { resourceOf } from "../api/resources.ts";
import type { Store } from "../api/store.ts";
import { type Node, type Pod, setCondition, timestamp } from "../object.ts";
import { podRequests } from "./devices.ts";
import type { Recorder } from "./recorder.ts";

const retryMs = 300_000;

export class Scheduler {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #recorder: Recorder;
  /** When each waiting pod was last told why, by uid. */
  readonly #told = new Map<string, number>();

  constructor(store: Store, clock: Clock, recorder: Recorder) {
    this.#store = store;
    this.#clock = clock;
    this.#recorder = recorder;
  }

  reconcile(): void {
    const pods = this.#store.all<Pod>("Pod");
    const waiting = pods.filter((pod) => !pod.spec.nodeName && !pod.metadata.deletionTimestamp);
    for (const uid of Array.from(this.#told.keys())) {
      if (!waiting.some((pod) => pod.metadata.uid === uid)) this.#told.delete(uid);
    }
    for (const pod of waiting) this.#place(pod);
  }

  #place(pod: Pod): void {
    const nodes = this.#store.all<Node>("Node");
    const pods = this.#store.all<Pod>("Pod");
    const wanted = podRequests(pod);
    const refusals = new Map<string, string[]>();
    for (const node of nodes) {
      const reasons = reasonsAgainst(pod, wanted, node, pods);
      if (reasons.length === 0) {
        this.#bind(pod, node);
        return;
      }
      refusals.set(node.metadata.name, reasons);
    }
    this.#refuse(pod, unschedulable(wanted, nodes, refusals));
  }

  #bind(pod: Pod, node: Node): void {
    const { namespace, name } = pod.metadata;
    const now = timestamp(this.#clock.now());
    this.#store.update<Pod>(resourceOf("Pod"), namespace, name, (draft) => {
      draft.spec.nodeName = node.metadata.name;
      const scheduled = { type: "PodScheduled", status: "True" };
      setCondition(draft.status, scheduled, now);
    });
    const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`;
    this.#recorder.record(pod, "Normal", "Scheduled", message, "default-scheduler");
  }

  #refuse(pod: Pod, message: string): void {
    const { namespace, name, uid } = pod.metadata;
    const now = this.#clock.now();
    const before = pod.status.conditions?.find((one) => one.type === "PodScheduled")?.message;
    const lastTold = this.#told.get(uid) ?? Number.NEGATIVE_INFINITY;
    if (before === message && now - lastTold < retryMs) return;
    this.#told.set(uid, now);
    this.#store.update<Pod>(resourceOf("Pod"), namespace, name, (draft) => {
      const refused = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
      setCondition(draft.status, refused, timestamp(now));
    });
    this.#recorder.record(pod, "Warning", "FailedScheduling", message, "default-scheduler");
  }
}

function reasonsAgainst(
  pod: Pod,
  wanted: ReadonlyMap<string, number>,
  node: Node,
  pods: readonly Pod[],
): string[] {
  if (node.spec.unschedulable) return ["node(s) were unschedulable"];
  const taint = (node.spec.taints ?? []).find(
    (one) => one.effect !== "PreferNoSchedule" && !tolerates(pod, one),
  );
  if (taint) return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`];
  const selected = Object.entries(pod.spec.nodeSelector ?? {});
  if (selected.some(([key, value]) => node.metadata.labels?.[key] !== value)) {
    return ["node(s) didn't match Pod's node affinity/selector"];
  }
  const reasons: string[] = [];
  for (const [resource, amount] of wanted) {
    if (amount > 0 && amount > allocatable(node, resource) - usedOn(node, resource, pods)) {
      reasons.push(`Insufficient ${resource}`);
    }
  }
  return reasons;
}

function tolerates(pod: Pod, taint: { key: string; value?: string; effect: string }): boolean {
  return (pod.spec.tolerations ?? []).some(
    (one) =>
      (one.key === undefined || one.key === taint.key) &&
      (one.operator === "Exists" || (one.value ?? "") === (taint.value ?? "")) &&
      (one.effect === undefined || one.effect === taint.effect),
  );
}

function allocatable(node: Node, resource: string): number {
  return parseQuantity(node.status.allocatable[resource] ?? "0") ?? 0;
}

function usedOn(node: Node, resource: string, pods: readonly Pod[]): number {
  let used = 0;
  for (const pod of pods) {
    if (pod.spec.nodeName !== node.metadata.name) continue;
    if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") continue;
    used += podRequests(pod).get(resource) ?? 0;
  }
  return used;
}

/** The sentence of kube-scheduler 1.34: reasons in order, then what preemption found. */
function unschedulable(
  wanted: ReadonlyMap<string, number>,
  nodes: readonly Node[],
  refusals: ReadonlyMap<string, readonly string[]>,
): string {
  const total = nodes.length;
  if (total === 0) return "no nodes available to schedule pods";
  const filtered = histogram(Array.from(refusals.values()).flat());
  const preemption = histogram(
    nodes.map((node) => {
      // A node that could never hold it is not looked at for victims.
      const never =
        (refusals.get(node.metadata.name) ?? []).some((reason) => reason.startsWith("node(s)")) ||
        Array.from(wanted).some(([resource, amount]) => amount > allocatable(node, resource));
      return never
        ? "Preemption is not helpful for scheduling"
        : "No preemption victims found for incoming pod";
    }),
  );
  return `0/${total} nodes are available: ${filtered}. no new claims to deallocate, preemption: 0/${total} nodes are available: ${preemption}.`;
}

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Array.from(counts, ([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}
