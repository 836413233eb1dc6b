// The things that stand in the tree of clusters; commands get one of them as their target.
import type { KindName } from "../../../app/stores/cluster/cluster.ts";
import type { GroupBy } from "../../../core/kube/arrangement.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";

interface NodeBase {
  id: string;
  /** Under which node it stands; the roots have none. */
  parent: ClusterNode | undefined;
  /** Undefined for what belongs to no context, such as a broken kubeconfig's sentence. */
  context: string | undefined;
}

export interface ContextNode extends NodeBase {
  type: "context";
  context: string;
}

export interface NamespaceNode extends NodeBase {
  type: "namespace";
  context: string;
  name: string;
}

/** The heading *Nodes* of a context. */
export interface NodesNode extends NodeBase {
  type: "nodes";
  context: string;
}

/** The heading *Resources* of a context: every kind that the cluster serves. */
export interface ResourcesNode extends NodeBase {
  type: "resources";
  context: string;
}

/** Kinds that belong together, as *Network*. */
export interface ResourceGroupNode extends NodeBase {
  type: "resourceGroup";
  context: string;
  group: string;
}

export interface KindNode extends NodeBase {
  type: "kind";
  context: string;
  kind: KindName;
}

/** The objects of a kind in one namespace. */
export interface KindNamespaceNode extends NodeBase {
  type: "kindNamespace";
  context: string;
  kind: KindName;
  namespace: string;
}

export interface ObjectNode extends NodeBase {
  type: "object";
  context: string;
  kind: KindName;
  uid: string;
  name: string;
  namespace: string | undefined;
}

/** Pods of a namespace that run on the same node, or have the same status. */
export interface PodGroupNode extends NodeBase {
  type: "podGroup";
  context: string;
  namespace: string;
  by: GroupBy;
  /** As the arrangement has it: empty for pods that have no node. */
  key: string;
}

/** What does not fit: the next rows stand under it. */
export interface MoreNode extends NodeBase {
  type: "more";
  context: string;
  /** Whose rows they are. */
  of: ClusterNode;
  /** As it was when `of` was last looked at. */
  rest: readonly (ClusterNode | ObjectRow)[];
}

/** A sentence in place of rows. */
export interface MessageNode extends NodeBase {
  type: "message";
  context: string | undefined;
  text: string;
  icon: "info" | "warning" | "error" | "lock" | "progress";
  /** What a click on it does. */
  action?: `slipway.${string}` | "workbench.trust.manage";
}

export type ClusterNode =
  | ContextNode
  | NamespaceNode
  | NodesNode
  | ResourcesNode
  | ResourceGroupNode
  | KindNode
  | KindNamespaceNode
  | ObjectNode
  | PodGroupNode
  | MoreNode
  | MessageNode;
