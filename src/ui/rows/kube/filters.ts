// What the filter of a context leaves of its rows.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterLook } from "../../../app/stores/clusterLooks.ts";
import type { Grouping } from "../../../core/kube/grouping.ts";
import { type Person, personNamed } from "../../../core/kube/mine.ts";
import type { NodeRow, ObjectRow, PodRow } from "../../../core/kube/row.ts";
import { asksWhose, isWanted, readFilter, type RowFilter, wantsName } from "../../../core/kube/rowFilter.ts";
import { filteredGrouping } from "../../../core/kube/filteredGrouping.ts";

interface Read {
  text: string;
  filter: RowFilter | undefined;
  problem: string | undefined;
}

interface Kept {
  full: Grouping;
  filter: RowFilter;
  user: string | undefined;
  left: Grouping;
}

export class Filters {
  readonly #look: (context: string) => ClusterLook;
  readonly #read = new Map<string, Read>();
  readonly #kept = new Map<string, Kept>();

  constructor(look: (context: string) => ClusterLook) {
    this.#look = look;
  }

  /** Undefined without one, and for one that can't be read: then nothing is hidden. */
  of(context: string): RowFilter | undefined {
    return this.#reading(context)?.filter;
  }

  /** Why the filter that was kept can't be read. */
  problem(context: string): string | undefined {
    return this.#reading(context)?.problem;
  }

  /** Who the person is has to be known for it. */
  asksWhose(context: string): boolean {
    const filter = this.of(context);
    return filter !== undefined && asksWhose(filter);
  }

  /** What is left of the grouping; the grouping itself without a filter. */
  left(cluster: Cluster, full: Grouping): Grouping {
    const context = cluster.entry.name;
    const filter = this.of(context);
    if (!filter) return full;
    const user = cluster.userName;
    const known = this.#kept.get(context);
    if (known?.full === full && known.filter === filter && known.user === user) return known.left;
    const person = this.#person(cluster);
    const left = filteredGrouping(full, (row, owner) => isWanted(filter, row, person, owner));
    this.#kept.set(context, { full, filter, user, left });
    return left;
  }

  /** Those of a list that match. */
  rows<Row extends ObjectRow>(cluster: Cluster, rows: readonly Row[]): readonly Row[] {
    const filter = this.of(cluster.entry.name);
    if (!filter) return rows;
    const person = this.#person(cluster);
    return rows.filter((row) => isWanted(filter, row, person));
  }

  /** A node of the cluster with what it holds: it stays if it matches, or one of its pods does. */
  held(cluster: Cluster, node: NodeRow, pods: readonly PodRow[]): readonly PodRow[] | undefined {
    const left = this.rows(cluster, pods);
    if (left.length > 0) return left;
    return this.rows(cluster, [node]).length > 0 ? pods : undefined;
  }

  /** The filter asks for nothing but this name. */
  wantsNamespace(context: string, name: string): boolean {
    const filter = this.of(context);
    return filter === undefined || wantsName(filter, name);
  }

  forget(context: string): void {
    this.#kept.delete(context);
    this.#read.delete(context);
  }

  #reading(context: string): Read | undefined {
    const text = this.#look(context).filter;
    if (text === undefined) return undefined;
    const known = this.#read.get(context);
    if (known?.text === text) return known;
    const result = readFilter(text);
    const read: Read =
      "problem" in result
        ? { text, filter: undefined, problem: result.problem }
        : { text, filter: result.filter.length === 0 ? undefined : result.filter, problem: undefined };
    this.#read.set(context, read);
    return read;
  }

  #person(cluster: Cluster): Person | undefined {
    const name = cluster.userName;
    return name === undefined ? undefined : personNamed(name, cluster.rows("Namespace"));
  }
}
