// The rows under *Resources*: headings, kinds with how many objects they have, namespaces.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterLook } from "../../../app/stores/clusterLooks.ts";
import { kindWord } from "../../../core/kube/kind.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { Row } from "../../view.ts";
import type { KindNamespaceNode, KindNode, ResourceGroupNode, ResourcesNode } from "./node.ts";
import { conditionText, joined } from "./row.ts";

export function resourcesRow(node: ResourcesNode): Row {
  return heading(node.id, "Resources", "symbol-structure", "Every kind that the cluster serves");
}

const GROUP_ICON: Readonly<Record<string, string>> = {
  Workloads: "rocket",
  Network: "globe",
  Configuration: "settings-gear",
  Storage: "database",
  Access: "key",
  "GPU & devices": "chip",
  Cluster: "server-environment",
};

export function resourceGroupRow(node: ResourceGroupNode): Row {
  return heading(node.id, node.group, GROUP_ICON[node.group] ?? "extensions", node.group);
}

/** What a row of *Resources* is made of. */
interface ListWorld {
  cluster: Cluster | undefined;
  look: ClusterLook;
  left: (rows: readonly ObjectRow[]) => readonly ObjectRow[];
  nowMs: number;
}

export function kindRow(node: KindNode, world: ListWorld): Row {
  const { cluster, nowMs } = world;
  const kind = cluster?.kind(node.kind);
  const condition = cluster?.condition(node.kind);
  // Without a whole list nobody knows how many there are.
  const isKnown = condition?.state === "live" || condition?.state === "stale";
  const isUnprinted = condition?.state === "live" && condition.isUnprinted;
  const word = kindWord(node.kind);
  const description = joined([
    isKnown && cluster ? countText(cluster.rows(node.kind), world) : undefined,
    condition?.state === "stale" ? conditionText(condition, nowMs) : undefined,
    kind?.listOnly ? "as listed" : undefined,
    isUnprinted ? "only names" : undefined,
  ]);
  const version = kind && [kind.group, kind.version].filter((part) => part !== "").join("/");
  return {
    ...heading(node.id, word, kind?.icon ?? "symbol-misc", `${kind?.plural ?? word} (${version ?? ""})`),
    ...(description === "" ? {} : { description }),
    tooltip: [
      `${kind?.plural ?? word} (${version ?? ""})`,
      ...(kind?.listOnly ? ["The server can't tell of changes: Refresh lists them again."] : []),
      ...(isUnprinted ? ["The server prints no columns of this kind: only names and ages are known."] : []),
    ].join("\n"),
    accessibleLabel: `${word}${description === "" ? "" : `, ${description}`}`,
  };
}

/** How many of them are shown, and of how many where that is not all. */
function countText(rows: readonly ObjectRow[], { look, left }: Pick<ListWorld, "look" | "left">): string {
  const { namespaces } = look;
  const shown = left(rows).filter(
    ({ namespace }) => !namespaces || namespace === undefined || namespaces.includes(namespace),
  );
  return shown.length === rows.length ? String(rows.length) : `${shown.length} of ${rows.length}`;
}

export function kindNamespaceRow(node: KindNamespaceNode, world: ListWorld): Row {
  const { cluster } = world;
  const condition = cluster?.condition(node.kind, node.namespace);
  const isKnown = condition?.state === "live" || condition?.state === "stale";
  const count = isKnown && cluster ? countText(cluster.rows(node.kind, node.namespace), world) : undefined;
  return {
    ...heading(node.id, node.namespace, "symbol-namespace", `Namespace ${node.namespace}`),
    ...(count === undefined ? {} : { description: count }),
  };
}

function heading(id: string, label: string, icon: string, tooltip: string): Row {
  return {
    id,
    label,
    icon: { id: icon },
    collapsible: "collapsed",
    words: ["heading"],
    tooltip,
    accessibleLabel: label,
  };
}
