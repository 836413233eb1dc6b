// What the tree of clusters lends to those who make its nodes: each thing is made once, so that it is known again.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { ClusterNode, MessageNode } from "./node.ts";

export interface NodeMaker {
  known<Node extends ClusterNode>(node: Node): Node;
  message(
    parent: ClusterNode,
    context: string,
    text: string,
    icon: MessageNode["icon"],
    action?: MessageNode["action"],
  ): MessageNode;
  /** Those that the filter leaves. */
  left<Row extends ObjectRow>(cluster: Cluster, rows: readonly Row[]): readonly Row[];
  /** Those of `from` that are shown, in their order; without it of all that are known. */
  namespaces(cluster: Cluster, from?: readonly string[]): string[];
}

/** Says that the filter hides all there is, with the way back. */
export function noneLeft(
  make: NodeMaker,
  parent: ClusterNode,
  context: string,
  sentence: string,
): MessageNode {
  return make.message(parent, context, `${sentence}: click to clear it.`, "info", "slipway.clearFilter");
}
