// How what runs in a namespace is laid out: under its workloads, by node, by status, or side by side.
import { type Grouping, inOrder } from "./grouping.ts";
import type { Health, ObjectRow, PodRow } from "./row.ts";

export const groupings = ["workload", "node", "status", "flat"] as const;
export type GroupBy = (typeof groupings)[number];

/** Pods that have something in common. */
export interface PodGroup {
  /** The node, empty for pods that have none yet; or the status in the words of their rows. */
  key: string;
  pods: readonly PodRow[];
}

export interface Arrangement {
  groups: readonly PodGroup[];
  /** What stands beside the groups. */
  rows: readonly ObjectRow[];
}

/**
 * By node and status pods stand under their group alone; their workloads are left out, and what has no pods stays, so
 * that nothing is lost of what does not work.
 */
export function arranged(grouping: Grouping, namespace: string, by: GroupBy): Arrangement {
  const top = grouping.top.get(namespace) ?? [];
  if (by === "workload") return { groups: [], rows: top };
  const all = new Set<ObjectRow>();
  addAll(all, top, grouping);
  if (by === "flat") return { groups: [], rows: inOrder(Array.from(all)) };
  const pods = new Map<string, PodRow[]>();
  const rows: ObjectRow[] = [];
  for (const row of all) {
    if (row.kind !== "Pod") {
      if (!grouping.under.has(row.uid)) rows.push(row);
      continue;
    }
    const key = groupOf(row, by);
    const group = pods.get(key);
    if (group) group.push(row);
    else pods.set(key, [row]);
  }
  const groups = Array.from(pods, ([key, found]): PodGroup => ({ key, pods: inOrder(found) }));
  return { groups: groups.sort(by === "node" ? byKey : bySeverity), rows: inOrder(rows) };
}

/** The key of the group that a pod stands in. */
export function groupOf(pod: PodRow, by: "node" | "status"): string {
  return by === "node" ? (pod.node ?? "") : pod.status;
}

/** The worst that is said of the pods of a group. */
export function worstHealth({ pods }: PodGroup): Health {
  return pods.reduce<Health>((worst, { health }) => (rank(health) < rank(worst) ? health : worst), "done");
}

const WORST_FIRST: readonly Health[] = ["error", "warning", "unknown", "progress", "ok", "done"];

function rank(health: Health): number {
  return WORST_FIRST.indexOf(health);
}

function bySeverity(one: PodGroup, other: PodGroup): number {
  return rank(worstHealth(one)) - rank(worstHealth(other)) || byKey(one, other);
}

function byKey(one: PodGroup, other: PodGroup): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}

function addAll(all: Set<ObjectRow>, rows: readonly ObjectRow[], grouping: Grouping): void {
  for (const row of rows) {
    if (all.has(row)) continue;
    all.add(row);
    addAll(all, grouping.under.get(row.uid) ?? [], grouping);
  }
}
