// Who stands under whom: pods under the workload a person knows, and pods on the node they run on.
import { type AcceleratorCounts, sumAccelerators } from "./accelerators.ts";
import type { NodeRow, ObjectRow, PodRow, ServiceRow, WorkloadRow } from "./row.ts";

export interface Grouping {
  /** Pods and Jobs by the uid of the workload they are shown under, by name. */
  readonly under: ReadonlyMap<string, readonly ObjectRow[]>;
  /** What stands directly under a namespace: workloads in their order, then pods and Services, by name. */
  readonly top: ReadonlyMap<string, readonly ObjectRow[]>;
  /** Pods that are bound to a node and have not ended, by the node's name. */
  readonly onNode: ReadonlyMap<string, readonly PodRow[]>;
  /** Uid of the workload a row is shown under; absent when it stands under its namespace. */
  parentOf(row: ObjectRow): string | undefined;
}

const ORDER = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod", "Service"];

/**
 * Groups what is known. A row whose owner is not known (it may not be listed, or is of a kind that is not
 * shown) stands under its namespace, so that nothing is ever hidden.
 */
export function groupRows(
  workloads: readonly WorkloadRow[],
  pods: readonly PodRow[],
  services: readonly ServiceRow[] = [],
): Grouping {
  const byUid = new Map<string, WorkloadRow>(workloads.map((row) => [row.uid, row]));
  const parentOf = (row: ObjectRow): string | undefined => {
    const owner = row.owner === undefined ? undefined : byUid.get(row.owner.uid);
    if (owner?.kind !== "ReplicaSet") return owner?.uid;
    // A Deployment's ReplicaSets are its own affair: its pods stand under it.
    const deployment = owner.owner === undefined ? undefined : byUid.get(owner.owner.uid);
    return deployment?.uid ?? owner.uid;
  };
  const under = new Map<string, ObjectRow[]>();
  const top = new Map<string, ObjectRow[]>();
  const onNode = new Map<string, PodRow[]>();
  for (const row of [...workloads, ...pods, ...services]) {
    const parent = parentOf(row);
    if (row.kind === "ReplicaSet" && parent !== undefined) continue;
    if (parent === undefined) push(top, row.namespace ?? "", row);
    else push(under, parent, row);
    if (row.kind === "Pod" && row.node !== undefined && !hasEnded(row)) push(onNode, row.node, row);
  }
  for (const rows of [...under.values(), ...top.values(), ...onNode.values()]) rows.sort(byKindAndName);
  return { under, top, onNode, parentOf };
}

/** An ended pod holds nothing: the scheduler gives its devices to others. */
export function hasEnded(pod: PodRow): boolean {
  return pod.phase === "Succeeded" || pod.phase === "Failed";
}

/** Pods on a node that hold accelerators, and the sum of what they hold. */
export function acceleratorHolders(
  grouping: Grouping,
  node: NodeRow,
): { pods: readonly PodRow[]; requested: AcceleratorCounts } {
  const pods = (grouping.onNode.get(node.name) ?? []).filter(
    (pod) => Object.keys(pod.accelerators).length > 0,
  );
  return { pods, requested: sumAccelerators(pods.map((pod) => pod.accelerators)) };
}

function push<Row>(map: Map<string, Row[]>, key: string, row: Row): void {
  const rows = map.get(key);
  if (rows) rows.push(row);
  else map.set(key, [row]);
}

function byKindAndName(one: ObjectRow, other: ObjectRow): number {
  if (one.kind !== other.kind) return ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind);
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}
