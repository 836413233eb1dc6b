// What is read for a node of the tree of clusters, and which rows a change may change.
import type { KindName } from "../../../app/stores/cluster/cluster.ts";
import { type GroupBy, groupOf } from "../../../core/kube/arrangement.ts";
import type { Grouping } from "../../../core/kube/grouping.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { RowChange } from "../../../core/kube/knownRows.ts";
import { groupId, namespaceKinds } from "./namespaceNodes.ts";
import type { ClusterNode } from "./node.ts";

/** Where an object may stand, and what its id ends with there. */
const ends = { owner: "", node: "/held", kind: "/listed" } as const;

/** The id of an object that stands under `parent`: its workload or namespace, its node, or its kind. */
export function objectId(context: string, uid: string, parent: ClusterNode): string {
  return `${context}/${uid}${ends[placeUnder(parent)]}`;
}

/** All ids that it may have. */
export function idsOfObject(context: string, uid: string): string[] {
  return Object.values(ends).map((end) => `${context}/${uid}${end}`);
}

function placeUnder(parent: ClusterNode): keyof typeof ends {
  if (parent.type === "object" && parent.kind === "Node") return "node";
  return parent.type === "kind" || parent.type === "kindNamespace" ? "kind" : "owner";
}

/** The kinds that are read for what stands under a node. */
export function kindsUnder(node: ClusterNode): readonly KindName[] {
  switch (node.type) {
    case "context":
      return ["Namespace"];
    case "nodes":
      return ["Node", "Pod"];
    case "namespace":
      return namespaceKinds;
    case "kind":
    case "kindNamespace":
      return [node.kind];
    case "resources":
    case "resourceGroup":
    case "object":
    case "podGroup":
    case "more":
    case "message":
      return [];
  }
}

/**
 * Ids of the rows that a change of `row` may change: itself, its workload, its namespace, the nodes' heading, and that
 * of its group, which counts.
 */
export function touchedIds(
  ids: Set<string>,
  context: string,
  row: ObjectRow | undefined,
  grouping: Grouping | undefined,
  by: GroupBy,
): void {
  if (!row) return;
  for (const id of idsOfObject(context, row.uid)) ids.add(id);
  ids.add(`${context}/nodes`).add(`${context}/kind/${row.kind}`);
  if (row.namespace !== undefined) ids.add(`${context}/kind/${row.kind}/${row.namespace}`);
  const parent = grouping?.parentOf(row);
  if (parent !== undefined) ids.add(`${context}/${parent}`);
  if (row.kind === "Pod" && (by === "node" || by === "status"))
    ids.add(groupId(context, row.namespace ?? "", by, groupOf(row, by)));
  ids.add(`${context}/namespace/${row.kind === "Namespace" ? row.name : (row.namespace ?? "")}`);
}

/** Ids of the rows that show what the GPUs of these nodes do: the nodes', and those of the pods that hold some. */
export function usageIds(
  context: string,
  names: ReadonlySet<string>,
  nodes: readonly ObjectRow[],
  { holders }: Grouping,
): string[] {
  const pods = Array.from(names).flatMap((name) => holders.get(name) ?? []);
  const rows = nodes.filter(({ name }) => names.has(name));
  return [...rows, ...pods].flatMap(({ uid }) => idsOfObject(context, uid));
}

/** Forgets what was given out of objects that are gone: a window that is open for days sees thousands come and go. */
export function forgetGone(
  context: string,
  changes: readonly RowChange[],
  ...kept: readonly { delete(id: string): unknown }[]
): void {
  for (const { before, after } of changes) {
    if (!before || after) continue;
    for (const id of idsOfObject(context, before.uid)) for (const one of kept) one.delete(id);
  }
}

/** One text for the same children in the same order. */
export function idsOf(nodes: readonly ClusterNode[]): string {
  return nodes.map((node) => node.id).join("\n");
}
