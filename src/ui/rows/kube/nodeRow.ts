// The row of each thing in the tree of clusters.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterLook } from "../../../app/stores/clusterLooks.ts";
import type { ClusterGpus } from "../../../app/stores/gpu/clusterGpus.ts";
import { acceleratorUseText, sumAccelerators } from "../../../core/kube/accelerators.ts";
import type { LocalFacts } from "../../../app/stores/localClusters.ts";
import { changesCluster, isHand } from "../../../core/kube/access.ts";
import type { GroupBy } from "../../../core/kube/arrangement.ts";
import type { Guard } from "../../../core/kube/contextGuard.ts";
import { acceleratorHolders, type Grouping } from "../../../core/kube/grouping.ts";
import type { LocalCluster } from "../../../core/kube/localCluster.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { Row } from "../../view.ts";
import type { ClusterNode, ContextNode, MessageNode, NamespaceNode, NodesNode, ObjectNode } from "./node.ts";
import { withUsage } from "../gpu/face.ts";
import { choiceText } from "./namespaces.ts";
import type { Laid } from "./namespaceNodes.ts";
import { podGroupRow } from "./podGroupRow.ts";
import { kindNamespaceRow, kindRow, resourceGroupRow, resourcesRow } from "./resourceRows.ts";
import { mayDo } from "./access.ts";
import { localText, localWords } from "./local.ts";
import { conditionText, guardWord, joined, objectFace } from "./row.ts";

export interface RowWorld {
  /** The node's context, when it is open. */
  cluster: Cluster | undefined;
  grouping: Grouping | undefined;
  nowMs: number;
  /** What is known of the context's GPUs, while they are read. */
  gpus: ClusterGpus | undefined;
  /** How much care the node's context wants. */
  guard: Guard;
  /** The kubeconfig's current context. */
  isCurrent: boolean;
  /** It stood open in the window before. */
  isRestored: boolean;
  /** How the person wants to see the node's context. */
  look: ClusterLook;
  /** What is shown of a namespace. */
  laid: (namespace: string) => Laid | undefined;
  /** Those that its filter leaves. */
  left: (rows: readonly ObjectRow[]) => readonly ObjectRow[];
  /** Of a context that is a cluster of this machine. */
  local?: { cluster: LocalCluster; facts: LocalFacts };
}

export function nodeRow(node: ClusterNode, world: RowWorld): Row {
  switch (node.type) {
    case "context":
      return contextRow(node, world);
    case "namespace":
      return namespaceRow(node, world);
    case "nodes":
      return nodesRow(node, world);
    case "resources":
      return resourcesRow(node);
    case "resourceGroup":
      return resourceGroupRow(node);
    case "kind":
      return kindRow(node, world);
    case "kindNamespace":
      return kindNamespaceRow(node, world);
    case "object":
      return objectRow(node, world);
    case "podGroup":
      return podGroupRow(node, world);
    case "more":
      return {
        id: node.id,
        label: `${node.rest.length} more…`,
        icon: { id: "ellipsis" },
        collapsible: "collapsed",
        words: ["more"],
      };
    case "message":
      return messageRow(node);
  }
}

function contextRow(
  node: ContextNode,
  { cluster, nowMs, isCurrent, guard, look, isRestored, local }: RowWorld,
): Row {
  const worst = cluster?.worst();
  const state = worst && conditionText(worst, nowMs);
  const isUnwell = worst?.state === "stale" || worst?.state === "unreachable";
  const sentence = worst && "trouble" in worst && isUnwell ? worst.trouble.text : undefined;
  const place = local && localText(local.cluster, local.facts);
  const description = joined([
    isCurrent ? "current" : undefined,
    guardWord(guard),
    place,
    look.filter === undefined ? undefined : `filter: ${look.filter}`,
    choiceText(cluster, look),
    look.groupBy === "workload" ? undefined : GROUP_WORD[look.groupBy],
    // What was stopped is not waited for.
    local?.facts.state === "stopped" ? undefined : state,
  ]);
  const made = local && `${local.cluster.tool} cluster ${local.cluster.name} on this machine`;
  return {
    id: node.id,
    label: node.context,
    ...(description === "" ? {} : { description }),
    icon: isUnwell
      ? { id: "warning", color: "list.warningForeground" }
      : (GUARD_ICON[guard] ?? { id: cluster ? "vm-active" : local ? "device-desktop" : "vm-outline" }),
    collapsible: isRestored ? "expanded" : "collapsed",
    words: [
      "context",
      cluster ? "openContext" : "closedContext",
      ...(look.namespaces ? ["someNamespaces"] : []),
      // A row has room for few buttons: that of the filter comes first.
      ...(look.filter === undefined ? (look.namespaces ? ["onlyNamespaces"] : []) : ["filtered"]),
      ...(local ? localWords(local.facts, guard === "readOnly") : []),
    ],
    tooltip: joinedLines([`Context ${node.context}`, cluster?.entry.server, made, sentence]),
    accessibleLabel: `Context ${node.context}${description === "" ? "" : `, ${description}`}`,
  };
}

const GROUP_WORD: Readonly<Record<Exclude<GroupBy, "workload">, string>> = {
  node: "by node",
  status: "by status",
  flat: "flat",
};

const GUARD_ICON: Readonly<Record<Guard, Row["icon"]>> = {
  none: undefined,
  protected: { id: "shield", color: "charts.red" },
  readOnly: { id: "lock", color: "charts.blue" },
};

function namespaceRow(node: NamespaceNode, { cluster, nowMs, look, isRestored }: RowWorld): Row {
  const row = cluster?.rows("Namespace").find((one) => one.name === node.name);
  const condition = cluster?.condition("Pod", node.name);
  const stale = condition?.state === "stale" ? conditionText(condition, nowMs) : undefined;
  const isFavourite = look.favourites.includes(node.name);
  const description = joined([row && row.status !== "Active" ? row.status : undefined, stale]);
  return {
    id: node.id,
    label: node.name,
    ...(description === "" ? {} : { description }),
    icon: isFavourite ? { id: "star-full", color: "charts.yellow" } : { id: "symbol-namespace" },
    collapsible: isRestored ? "expanded" : "collapsed",
    words: ["namespace", isFavourite ? "favouriteNamespace" : "plainNamespace"],
    accessibleLabel: `${isFavourite ? "Favourite namespace" : "Namespace"} ${node.name}${description === "" ? "" : `, ${description}`}`,
  };
}

function nodesRow(node: NodesNode, { cluster, grouping, nowMs }: RowWorld): Row {
  const rows = cluster?.rows("Node") ?? [];
  const offered = sumAccelerators(rows.map((row) => row.allocatable));
  const held = grouping
    ? sumAccelerators(rows.map((row) => acceleratorHolders(grouping, row).requested))
    : {};
  const condition = cluster?.condition("Node");
  const stale = condition?.state === "stale" ? conditionText(condition, nowMs) : undefined;
  const description = joined([acceleratorUseText(held, offered), stale]);
  return {
    id: node.id,
    label: "Nodes",
    ...(description === "" ? {} : { description }),
    icon: { id: "server-environment" },
    collapsible: "collapsed",
    words: ["nodes"],
    accessibleLabel: `Nodes${description === "" ? "" : `, ${description}`}`,
  };
}

function objectRow(node: ObjectNode, { cluster, grouping, gpus, nowMs, guard, look }: RowWorld): Row {
  const row = cluster?.row(node.kind, node.uid);
  if (!row || !grouping)
    return { id: node.id, label: node.name, description: "gone", collapsible: "none", words: [] };
  const face = withUsage(objectFace(row, grouping, nowMs), row, gpus, nowMs);
  // Under its node a pod is read beside pods of other namespaces.
  const isHeld = node.parent?.type === "object" && node.parent.kind === "Node";
  // What may not be done is not offered.
  const isKept = guard === "readOnly" || cluster?.kind(node.kind)?.isKept === true;
  const words = face.words?.filter((word) => {
    if (!isHand(word)) return true;
    if ((isKept && word === "deletable") || (guard === "readOnly" && changesCluster(word))) return false;
    return !cluster || mayDo(cluster, row, word) !== false;
  });
  // In a list of a kind each object stands alone, and so it does where pods are not under their workloads.
  const isListed =
    node.parent?.type === "kind" ||
    node.parent?.type === "kindNamespace" ||
    (node.parent?.type === "namespace" && look.groupBy !== "workload");
  return {
    id: node.id,
    ...face,
    ...(isListed ? { collapsible: "none" } : {}),
    ...(words ? { words } : {}),
    ...(isHeld && row.namespace ? { label: `${row.namespace}/${row.name}` } : {}),
  };
}

const MESSAGE_ICON: Readonly<Record<MessageNode["icon"], { id: string; color?: string }>> = {
  info: { id: "info" },
  lock: { id: "lock" },
  progress: { id: "loading~spin" },
  warning: { id: "warning", color: "list.warningForeground" },
  error: { id: "error", color: "list.errorForeground" },
};

function messageRow(node: MessageNode): Row {
  return {
    id: node.id,
    label: node.text,
    icon: MESSAGE_ICON[node.icon],
    collapsible: "none",
    words: ["message"],
    tooltip: node.text,
    ...(node.action ? { command: { id: node.action, args: [node] } } : {}),
  };
}

function joinedLines(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined && line !== "").join("\n");
}
