// What is read for a node of the tree of clusters, and which rows a change may change.
import type { KindName } from "../../../app/stores/cluster/cluster.ts";
import { type GroupBy, groupOf } from "../../../core/kube/arrangement.ts";
import type { Grouping } from "../../../core/kube/grouping.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { RowChange } from "../../../core/kube/snapshot.ts";
import { groupId, namespaceKinds } from "./namespaceNodes.ts";
import type { ClusterNode } from "./node.ts";

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
  ids.add(`${context}/${row.uid}`).add(`${context}/${row.uid}/held`).add(`${context}/nodes`);
  ids.add(`${context}/${row.uid}/listed`).add(`${context}/kind/${row.kind}`);
  if (row.namespace !== undefined) ids.add(`${context}/kind/${row.kind}/${row.namespace}`);
  const parent = grouping?.parentOf(row);
  if (parent !== undefined) ids.add(`${context}/${parent}`);
  if (row.kind === "Pod" && (by === "node" || by === "status"))
    ids.add(groupId(context, row.namespace ?? "", by, groupOf(row, by)));
  ids.add(`${context}/namespace/${row.kind === "Namespace" ? row.name : (row.namespace ?? "")}`);
}

/** Where an object may stand: under its workload or namespace, under its node, in the list of its kind. */
const PLACES = ["", "/held", "/listed"] as const;

/** Forgets what was given out of objects that are gone: a window that is open for days sees thousands come and go. */
export function forgetGone(
  context: string,
  changes: readonly RowChange[],
  ...kept: readonly { delete(id: string): unknown }[]
): void {
  for (const { before, after } of changes) {
    if (!before || after) continue;
    for (const place of PLACES) for (const one of kept) one.delete(`${context}/${before.uid}${place}`);
  }
}

/** One text for the same children in the same order. */
export function idsOf(nodes: readonly ClusterNode[]): string {
  return nodes.map((node) => node.id).join("\n");
}
