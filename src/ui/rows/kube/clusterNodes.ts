// What stands under each node of the tree of clusters, as the store has it now.
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import { acceleratorHolders, type Grouping, groupRows } from "../../../core/kube/grouping.ts";
import { kindNamed, workloadKinds } from "../../../core/kube/kinds.ts";
import type { ObjectRow, WorkloadRow } from "../../../core/kube/row.ts";
import type { ClusterNode, ContextNode, MessageNode, NamespaceNode, NodesNode, ObjectNode } from "./node.ts";

/** More rows than this under one node make the tree slow; the rest stands under a node of its own. */
const MOST_CHILDREN = 500;
/** What is read for a namespace. */
export const namespaceKinds: readonly KindName[] = [
  "Pod",
  "Service",
  ...workloadKinds.map((kind) => kind.kind),
];

export class ClusterNodes {
  readonly #fallbackNamespaces: (cluster: Cluster) => string[];
  /** Each thing once, so that the tree knows it again. */
  readonly #nodes = new Map<string, ClusterNode>();
  readonly #groupings = new Map<string, Grouping>();

  /** @param fallbackNamespaces shown where namespaces may not be listed. */
  constructor(fallbackNamespaces: (cluster: Cluster) => string[]) {
    this.#fallbackNamespaces = fallbackNamespaces;
  }

  get(id: string): ClusterNode | undefined {
    return this.#nodes.get(id);
  }

  /** The grouping as it was last asked for. */
  groupingBefore(context: string): Grouping | undefined {
    return this.#groupings.get(context);
  }

  /** Forgets how the rows of a context are grouped: they changed. */
  forgetGrouping(context: string): void {
    this.#groupings.delete(context);
  }

  /** Forgets all nodes of a context and gives them. */
  forget(context: string): ClusterNode[] {
    const gone = Array.from(this.#nodes.values()).filter((node) => node.context === context);
    for (const node of gone) this.#nodes.delete(node.id);
    this.#groupings.delete(context);
    return gone;
  }

  /** What stands under what, kept until `forget`. */
  grouping(cluster: Cluster): Grouping {
    const context = cluster.entry.name;
    let grouping = this.#groupings.get(context);
    if (!grouping) {
      const workloads = workloadKinds.flatMap((kind) => cluster.rows(kind.kind) as WorkloadRow[]);
      grouping = groupRows(workloads, cluster.rows("Pod"), cluster.rows("Service"));
      this.#groupings.set(context, grouping);
    }
    return grouping;
  }

  /** The children as the store has them now, without waiting. */
  children(node: ClusterNode, cluster: Cluster): ClusterNode[] {
    switch (node.type) {
      case "context":
        return this.cut(node, this.#contextChildren(node, cluster));
      case "nodes":
        return this.cut(node, this.#nodesChildren(node, cluster));
      case "namespace":
        return this.cut(node, this.#namespaceChildren(node, cluster));
      case "object":
        return this.cut(node, this.#objectChildren(node, cluster));
      case "more":
      case "message":
        return [];
    }
  }

  #contextChildren(node: ContextNode, cluster: Cluster): ClusterNode[] {
    const { context } = node;
    const condition = cluster.condition("Namespace");
    if (condition.state === "unreachable")
      return [this.message(node, context, condition.trouble.text, "error")];
    const isDenied = condition.state === "blocked" && condition.trouble.kind === "denied";
    if (condition.state === "blocked" && (!isDenied || /credentials/.test(condition.trouble.text))) {
      return [this.message(node, context, condition.trouble.text, "error")];
    }
    const nodes = this.known<NodesNode>({ id: `${context}/nodes`, type: "nodes", parent: node, context });
    const names = isDenied
      ? this.#fallbackNamespaces(cluster)
      : cluster.rows("Namespace").map((row) => row.name);
    const namespaces = names.sort().map((name) =>
      this.known<NamespaceNode>({
        id: `${context}/namespace/${name}`,
        type: "namespace",
        parent: node,
        context,
        name,
      }),
    );
    const hint =
      "You may not list namespaces here: these are the context's own and those of the setting slipway.kubernetes.namespaces.";
    return [nodes, ...(isDenied ? [this.message(node, context, hint, "lock")] : []), ...namespaces];
  }

  #nodesChildren(node: NodesNode, cluster: Cluster): ClusterNode[] {
    const refused = this.#refusal(node, cluster, "Node", undefined);
    if (refused) return [refused];
    const rows = cluster.rows("Node").sort((one, other) => (one.name < other.name ? -1 : 1));
    if (rows.length === 0) return [this.message(node, node.context, "The cluster has no nodes.", "info")];
    const noPods = cluster.condition("Pod").state === "blocked";
    const hint = "You may not list pods in all namespaces: GPUs held by pods you can't see are not counted.";
    return [
      ...(noPods ? [this.message(node, node.context, hint, "lock")] : []),
      ...rows.map((row) => this.#object(node, node.context, row)),
    ];
  }

  #namespaceChildren(node: NamespaceNode, cluster: Cluster): ClusterNode[] {
    const { context, name } = node;
    const blocked = namespaceKinds.flatMap((kind) => {
      const condition = cluster.condition(kind, name);
      return condition.state === "blocked" ? [kindNamed(kind)?.plural ?? kind] : [];
    });
    const away = namespaceKinds
      .map((kind) => cluster.condition(kind, name))
      .find((one) => one.state === "unreachable");
    const rows = this.grouping(cluster).top.get(name) ?? [];
    const children: ClusterNode[] = rows.map((row) => this.#object(node, context, row));
    if (blocked.length > 0) {
      const text = `You may not list ${words(blocked)} in this namespace: ask for that right to see them.`;
      children.unshift(this.message(node, context, text, "lock"));
    }
    if (away?.state === "unreachable")
      children.unshift(this.message(node, context, away.trouble.text, "error"));
    if (children.length === 0)
      return [this.message(node, context, "Nothing runs in this namespace.", "info")];
    return children;
  }

  #objectChildren(node: ObjectNode, cluster: Cluster): ClusterNode[] {
    const row = cluster.row(node.kind, node.uid);
    if (!row) return [];
    const grouping = this.grouping(cluster);
    if (row.kind !== "Node") {
      const rows = grouping.under.get(row.uid) ?? [];
      if (rows.length === 0) return [this.message(node, node.context, "No pods.", "info")];
      return rows.map((child) => this.#object(node, node.context, child));
    }
    const { pods } = acceleratorHolders(grouping, row);
    if (pods.length === 0)
      return [this.message(node, node.context, "No pod holds a GPU of this node.", "info")];
    return pods.map((pod) => this.#object(node, node.context, pod));
  }

  #refusal(
    node: ClusterNode,
    cluster: Cluster,
    kind: KindName,
    namespace: string | undefined,
  ): MessageNode | undefined {
    const condition = cluster.condition(kind, namespace);
    if (condition.state !== "blocked" && condition.state !== "unreachable") return undefined;
    const icon = condition.state === "blocked" ? "lock" : "error";
    return this.message(node, cluster.entry.name, condition.trouble.text, icon);
  }

  cut(node: ClusterNode, children: readonly ClusterNode[]): ClusterNode[] {
    if (children.length <= MOST_CHILDREN || node.context === undefined) return [...children];
    const rest = children.slice(MOST_CHILDREN);
    const id = `${node.id}/more`;
    return [
      ...children.slice(0, MOST_CHILDREN),
      { id, type: "more", parent: node, context: node.context, count: rest.length, rest },
    ];
  }

  #object(parent: ClusterNode, context: string, row: ObjectRow): ObjectNode {
    // A pod stands under its workload and under its node: two places, two ids.
    const held = parent.type === "object" && parent.kind === "Node" ? "/held" : "";
    const { kind, uid, name, namespace } = row;
    return this.known<ObjectNode>({
      id: `${context}/${uid}${held}`,
      type: "object",
      parent,
      context,
      kind,
      uid,
      name,
      namespace,
    });
  }

  message(
    parent: ClusterNode | undefined,
    context: string | undefined,
    text: string,
    icon: MessageNode["icon"],
  ): MessageNode {
    return this.known<MessageNode>({
      id: `${parent?.id ?? ""}/message/${text}`,
      type: "message",
      parent,
      context,
      text,
      icon,
    });
  }

  known<Node extends ClusterNode>(node: Node): Node {
    const known = this.#nodes.get(node.id);
    if (known?.type === node.type && known.parent === node.parent) return known as Node;
    this.#nodes.set(node.id, node);
    return node;
  }
}

function words(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
