// Who stands under whom: pods under the workload a person knows, and pods on the node they run on.
import { type AcceleratorCounts, sumAccelerators } from "./accelerators.ts";
import { isResource } from "./kind.ts";
import { type Lists, OrderedLists } from "./orderedLists.ts";
import type { RowChange } from "./knownRows.ts";
import type { NodeRow, ObjectRow, PodRow, ResourceRow, WorkloadRow } from "./row.ts";

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
/** Of more changes at once all is grouped anew: each looks for its row in a list that may be long. */
const MOST_CHANGES = 100;

/**
 * Groups what is known. A row whose owner is not known (it may not be listed, or is of a kind that is not
 * shown) stands under its namespace, so that nothing is ever hidden.
 * @param rows what runs: workloads, pods, Services, and what operators run, which is found by owners and by the labels
 * they put on what is theirs.
 */
export function groupRows(rows: readonly ObjectRow[]): Grouping {
  return new GroupedRows(rows).grouping;
}

/** A grouping that goes along with its rows: grouping 10,000 of them anew for each handful would take 9 ms. */
export class GroupedRows {
  readonly #owners: Owners;
  readonly #under = new OrderedLists<ObjectRow>(compareRows);
  readonly #top = new OrderedLists<ObjectRow>(compareRows);
  readonly #holders = new OrderedLists<PodRow>(compareRows);
  readonly #held = new Map<string, AcceleratorCounts>();
  #grouping: Grouping;

  constructor(rows: readonly ObjectRow[]) {
    this.#owners = new Owners(rows);
    for (const row of rows) this.#add(row);
    for (const node of this.#holders.keys()) this.#sum(node);
    this.#grouping = this.#made();
  }

  /** Another thing after each change; the one before is of no use then. */
  get grouping(): Grouping {
    return this.#grouping;
  }

  /**
   * Takes changes in. @returns the names of nodes on which others hold accelerators now; undefined, and nothing is
   * taken in, where rows that others stand under came, went or moved.
   */
  update(changes: readonly RowChange[]): ReadonlySet<string> | undefined {
    if (changes.length > MOST_CHANGES || !changes.every(isOfNoOther)) return undefined;
    const nodes = new Set<string>();
    for (const { before, after } of changes) {
      if (before) this.#delete(before, nodes);
      if (!after) continue;
      // It may have been there already, where all was grouped while the change was under way.
      this.#delete(after, nodes);
      this.#owners.replace(after);
      this.#add(after, nodes);
    }
    for (const node of nodes) this.#sum(node);
    this.#grouping = this.#made();
    return nodes;
  }

  #made(): Grouping {
    const owners = this.#owners;
    const parentOf = (row: ObjectRow) => owners.shownParent(row)?.uid;
    return { under: this.#under, top: this.#top, holders: this.#holders, held: this.#held, parentOf };
  }

  #add(row: ObjectRow, nodes?: Set<string>): void {
    const place = this.#place(row);
    if (!place) return;
    place.lists.add(place.key, row);
    if (row.kind !== "Pod" || row.node === undefined || !holdsAccelerators(row)) return;
    this.#holders.add(row.node, row);
    nodes?.add(row.node);
  }

  #delete(row: ObjectRow, nodes: Set<string>): void {
    const place = this.#place(row);
    if (!place) return;
    place.lists.delete(place.key, row);
    if (row.kind !== "Pod" || row.node === undefined || !holdsAccelerators(row)) return;
    this.#holders.delete(row.node, row);
    nodes.add(row.node);
  }

  /** The list that it stands in; undefined for what is only the affair of its owner. */
  #place(row: ObjectRow): { lists: OrderedLists<ObjectRow>; key: string } | undefined {
    const parent = this.#owners.shownParent(row);
    if (parent === undefined) return { lists: this.#top, key: row.namespace ?? "" };
    return this.#owners.isHidden(row) ? undefined : { lists: this.#under, key: parent.uid };
  }

  #sum(node: string): void {
    const counts = Array.from(this.#holders.each(node), ({ accelerators }) => accelerators);
    if (counts.length > 0) this.#held.set(node, sumAccelerators(counts));
    else this.#held.delete(node);
  }
}

/** Nothing but the row itself is shown elsewhere or otherwise for it. */
function isOfNoOther({ before, after }: RowChange): boolean {
  const row = before ?? after;
  if (row?.kind === "Pod" || row?.kind === "Service") return true;
  return before !== undefined && after !== undefined && facts(before) === facts(after);
}

/** What it says of who stands under whom. */
function facts(row: ObjectRow): string {
  const { namespace, owner, links } = row;
  const resource = isResourceRow(row) ? [row.selects, row.isDetail] : [];
  return JSON.stringify([namespace, owner?.uid, links, ...resource]);
}

/** Whose each row is, and which rows are only the affair of their owner. */
class Owners {
  readonly #byUid = new Map<string, OwnerRow>();
  readonly #bySelector = new Map<string, ResourceRow>();

  constructor(rows: readonly ObjectRow[]) {
    const owners = rows.filter(isOwner);
    for (const row of owners) this.#byUid.set(row.uid, row);
    for (const row of owners.filter(isResourceRow)) {
      for (const selector of row.selects ?? []) {
        const key = `${row.namespace ?? ""}/${selector}`;
        const known = this.#bySelector.get(key);
        // A TrainJob and its JobSet have the same pods: what is made for another is nearer to them.
        if (!known || (row.owner !== undefined && this.#byUid.has(row.owner.uid)))
          this.#bySelector.set(key, row);
      }
    }
  }

  /** Of a row that says the same of who stands under whom as the one before. */
  replace(row: ObjectRow): void {
    if (!isOwner(row)) return;
    this.#byUid.set(row.uid, row);
    for (const selector of (isResourceRow(row) && row.selects) || []) {
      const key = `${row.namespace ?? ""}/${selector}`;
      if (isResourceRow(row) && this.#bySelector.get(key)?.uid === row.uid) this.#bySelector.set(key, row);
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

function isOwner(row: ObjectRow): row is OwnerRow {
  return row.kind !== "Pod" && row.kind !== "Service" && row.kind !== "Node" && row.kind !== "Namespace";
}

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
  return Array.from(rows).sort(compareRows);
}

function compareRows(one: ObjectRow, other: ObjectRow): number {
  if (one.kind !== other.kind) {
    const [first, second] = [rank(one), rank(other)];
    return first === second ? (one.kind < other.kind ? -1 : 1) : first - second;
  }
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  // Under a node stand pods of several namespaces; one that is made again has the name of the one that goes.
  const [first, second] = [`${one.namespace ?? ""}/${one.uid}`, `${other.namespace ?? ""}/${other.uid}`];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** What operators run comes first; what has no pods, such as a queue, comes last. */
function rank(row: ObjectRow): number {
  if (isResourceRow(row)) return row.selects ? -1 : ORDER.length;
  return ORDER.indexOf(row.kind);
}
