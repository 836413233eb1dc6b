// The row of each thing in the tree of clusters.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterGpus } from "../../../app/stores/gpu/clusterGpus.ts";
import { acceleratorUseText, sumAccelerators } from "../../../core/kube/accelerators.ts";
import { acceleratorHolders, type Grouping } from "../../../core/kube/grouping.ts";
import type { Row } from "../../view.ts";
import type { ClusterNode, ContextNode, MessageNode, NamespaceNode, NodesNode, ObjectNode } from "./node.ts";
import { withUsage } from "../gpu/face.ts";
import { conditionText, joined, objectFace } from "./row.ts";

export interface RowWorld {
  /** The node's context, when it is open. */
  cluster: Cluster | undefined;
  grouping: Grouping | undefined;
  nowMs: number;
  /** What is known of the context's GPUs, while they are read. */
  gpus: ClusterGpus | undefined;
  /** The kubeconfig's current context. */
  isCurrent: boolean;
}

export function nodeRow(node: ClusterNode, world: RowWorld): Row {
  switch (node.type) {
    case "context":
      return contextRow(node, world);
    case "namespace":
      return namespaceRow(node, world);
    case "nodes":
      return nodesRow(node, world);
    case "object":
      return objectRow(node, world);
    case "more":
      return {
        id: node.id,
        label: `${node.count} more…`,
        icon: { id: "ellipsis" },
        collapsible: "collapsed",
        words: ["more"],
      };
    case "message":
      return messageRow(node);
  }
}

function contextRow(node: ContextNode, { cluster, nowMs, isCurrent }: RowWorld): Row {
  const worst = cluster?.worst();
  const state = worst && conditionText(worst, nowMs);
  const isUnwell = worst?.state === "stale" || worst?.state === "unreachable";
  const sentence = worst && "trouble" in worst && isUnwell ? worst.trouble.text : undefined;
  const description = joined([isCurrent ? "current" : undefined, state]);
  return {
    id: node.id,
    label: node.context,
    ...(description === "" ? {} : { description }),
    icon: isUnwell
      ? { id: "warning", color: "list.warningForeground" }
      : { id: cluster ? "vm-active" : "vm-outline" },
    collapsible: "collapsed",
    words: ["context", cluster ? "openContext" : "closedContext"],
    tooltip: joinedLines([`Context ${node.context}`, cluster?.entry.server, sentence]),
    accessibleLabel: `Context ${node.context}${description === "" ? "" : `, ${description}`}`,
  };
}

function namespaceRow(node: NamespaceNode, { cluster, nowMs }: RowWorld): Row {
  const row = cluster?.rows("Namespace").find((one) => one.name === node.name);
  const condition = cluster?.condition("Pod", node.name);
  const stale = condition?.state === "stale" ? conditionText(condition, nowMs) : undefined;
  const description = joined([row && row.status !== "Active" ? row.status : undefined, stale]);
  return {
    id: node.id,
    label: node.name,
    ...(description === "" ? {} : { description }),
    icon: { id: "symbol-namespace" },
    collapsible: "collapsed",
    words: ["namespace"],
    accessibleLabel: `Namespace ${node.name}${description === "" ? "" : `, ${description}`}`,
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

function objectRow(node: ObjectNode, { cluster, grouping, gpus, nowMs }: RowWorld): Row {
  const row = cluster?.row(node.kind, node.uid);
  if (!row || !grouping)
    return { id: node.id, label: node.name, description: "gone", collapsible: "none", words: [] };
  const face = withUsage(objectFace(row, grouping, nowMs), row, gpus, nowMs);
  // Under its node a pod is read beside pods of other namespaces.
  const isHeld = node.parent?.type === "object" && node.parent.kind === "Node";
  return {
    id: node.id,
    ...face,
    ...(isHeld && row.namespace ? { label: `${row.namespace}/${row.name}` } : {}),
  };
}

const MESSAGE_COLOR: Readonly<Record<MessageNode["icon"], string | undefined>> = {
  info: undefined,
  lock: undefined,
  warning: "list.warningForeground",
  error: "list.errorForeground",
};

function messageRow(node: MessageNode): Row {
  const color = MESSAGE_COLOR[node.icon];
  return {
    id: node.id,
    label: node.text,
    icon: color === undefined ? { id: node.icon } : { id: node.icon, color },
    collapsible: "none",
    words: ["message"],
    tooltip: node.text,
  };
}

function joinedLines(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined && line !== "").join("\n");
}
