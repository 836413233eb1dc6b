// The things that stand in the tree of clusters; commands get one of them as their target.
import type { KindName } from "../../../app/stores/cluster/cluster.ts";

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

export interface ObjectNode extends NodeBase {
  type: "object";
  context: string;
  kind: KindName;
  uid: string;
  name: string;
  namespace: string | undefined;
}

/** What does not fit: the next rows stand under it. */
export interface MoreNode extends NodeBase {
  type: "more";
  context: string;
  count: number;
  rest: readonly ClusterNode[];
}

/** A sentence in place of rows. */
export interface MessageNode extends NodeBase {
  type: "message";
  context: string | undefined;
  text: string;
  icon: "info" | "warning" | "error" | "lock";
}

export type ClusterNode = ContextNode | NamespaceNode | NodesNode | ObjectNode | MoreNode | MessageNode;
