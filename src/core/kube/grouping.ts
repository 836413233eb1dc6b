// Who stands under whom: pods under the workload a person knows, and pods on the node they run on.
import { type AcceleratorCounts, sumAccelerators } from "./accelerators.ts";
import { isResource } from "./kind.ts";
import { type Lists, OrderedLists } from "./orderedLists.ts";
import type { NodeRow, ObjectRow, PodRow, ResourceRow, ServiceRow, WorkloadRow } from "./row.ts";

/** Who stands under whom, as `groupRows` or a filter gives it. */
export interface Grouping {
  /** Pods and Jobs by the uid of the workload they are shown under, by name. */
  readonly under: Lists<ObjectRow>;
  /** What stands directly under a namespace: workloads in their order, then pods and Services, by name. */
  readonly top: Lists<ObjectRow>;
  /** Pods that hold accelerators, by the name of the node that has them. */
  readonly holders: Lists<PodRow>;
  /** What they hold together, by the same name. */
  readonly held: ReadonlyMap<string, AcceleratorCounts>;
  /** Uid of the workload a row is shown under; absent when it stands under its namespace. */
  parentOf(row: ObjectRow): string | undefined;
}

const ORDER = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod", "Service"];
/** Owners of owners: more than any operator has. */
const MOST_STEPS = 12;

/**
 * Groups what is known. A row whose owner is not known (it may not be listed, or is of a kind that is not
 * shown) stands under its namespace, so that nothing is ever hidden.
 * @param resources what operators run: found by owners, and by the labels they put on what is theirs.
 */
export function groupRows(
  workloads: readonly WorkloadRow[],
  pods: readonly PodRow[],
  services: readonly ServiceRow[] = [],
  resources: readonly ResourceRow[] = [],
): Grouping {
  const owners = new Owners(workloads, resources);
  const under = new OrderedLists<ObjectRow>(byKindAndName);
  const top = new OrderedLists<ObjectRow>(byKindAndName);
  const holders = new OrderedLists<PodRow>(byKindAndName);
  const held = new Map<string, AcceleratorCounts>();
  for (const row of [...resources, ...workloads, ...pods, ...services]) {
    const parent = owners.shownParent(row);
    if (parent !== undefined && owners.isHidden(row)) continue;
    if (parent === undefined) top.add(row.namespace ?? "", row);
    else under.add(parent.uid, row);
    if (row.kind !== "Pod" || row.node === undefined || !holdsAccelerators(row)) continue;
    holders.add(row.node, row);
    held.set(row.node, sumAccelerators([held.get(row.node) ?? {}, row.accelerators]));
  }
  return { under, top, holders, held, parentOf: (row) => owners.shownParent(row)?.uid };
}

/** Whose each row is, and which rows are only the affair of their owner. */
class Owners {
  readonly #byUid = new Map<string, OwnerRow>();
  readonly #bySelector = new Map<string, ResourceRow>();

  constructor(workloads: readonly WorkloadRow[], resources: readonly ResourceRow[]) {
    for (const row of [...workloads, ...resources]) this.#byUid.set(row.uid, row);
    for (const row of resources) {
      for (const selector of row.selects ?? []) {
        const key = `${row.namespace ?? ""}/${selector}`;
        const known = this.#bySelector.get(key);
        // A TrainJob and its JobSet have the same pods: what is made for another is nearer to them.
        if (!known || (row.owner !== undefined && this.#byUid.has(row.owner.uid)))
          this.#bySelector.set(key, row);
      }
    }
  }

  /** The row that it stands under: past all that is only the affair of their owner. */
  shownParent(row: ObjectRow): OwnerRow | undefined {
    let parent = this.#direct(row);
    for (let step = 0; parent && step < MOST_STEPS; step++) {
      if (!this.isHidden(parent)) return parent;
      parent = this.#direct(parent);
    }
    return parent;
  }

  /** Nobody made it by hand: its pods stand under what it was made for. */
  isHidden(row: ObjectRow): boolean {
    const parent = this.#direct(row);
    if (!parent || row.kind === "Pod" || row.kind === "Service") return false;
    if (row.kind === "ReplicaSet") return true;
    return isResourceRow(parent) && (isResourceRow(row) ? row.isDetail === true : true);
  }

  #direct(row: ObjectRow): OwnerRow | undefined {
    const owner = row.owner === undefined ? undefined : this.#byUid.get(row.owner.uid);
    if (owner) return owner;
    for (const link of row.links ?? []) {
      const found = this.#bySelector.get(`${row.namespace ?? ""}/${link}`);
      if (found && found.uid !== row.uid) return found;
    }
    return undefined;
  }
}

type OwnerRow = WorkloadRow | ResourceRow;

export function isResourceRow(row: ObjectRow): row is ResourceRow {
  return isResource(row.kind);
}

/** An ended pod holds nothing: the scheduler gives its devices to others. */
export function hasEnded(pod: PodRow): boolean {
  return pod.phase === "Succeeded" || pod.phase === "Failed";
}

function holdsAccelerators(pod: PodRow): boolean {
  return !hasEnded(pod) && Object.keys(pod.accelerators).length > 0;
}

/** Pods on a node that hold accelerators, and the sum of what they hold. */
export function acceleratorHolders(
  grouping: Grouping,
  node: NodeRow,
): { pods: readonly PodRow[]; requested: AcceleratorCounts } {
  return { pods: grouping.holders.get(node.name) ?? [], requested: grouping.held.get(node.name) ?? {} };
}

/** As they stand beside each other: what has pods first, then by kind and name. */
export function inOrder<Row extends ObjectRow>(rows: readonly Row[]): Row[] {
  return Array.from(rows).sort(byKindAndName);
}

function byKindAndName(one: ObjectRow, other: ObjectRow): number {
  if (one.kind !== other.kind) {
    const [first, second] = [rank(one), rank(other)];
    return first === second ? (one.kind < other.kind ? -1 : 1) : first - second;
  }
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

/** What operators run comes first; what has no pods, such as a queue, comes last. */
function rank(row: ObjectRow): number {
  if (isResourceRow(row)) return row.selects ? -1 : ORDER.length;
  return ORDER.indexOf(row.kind);
}
