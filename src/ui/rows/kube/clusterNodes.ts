// What stands under each node of the tree of clusters, as the store has it now.
import { ignoredSentence } from "./ignoredSettings.ts";
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterLook } from "../../../app/stores/clusterLooks.ts";
import { groupOf } from "../../../core/kube/arrangement.ts";
import { acceleratorHolders, GroupedRows, type Grouping } from "../../../core/kube/grouping.ts";
import { isResource } from "../../../core/kube/kind.ts";
import { workloadKinds } from "../../../core/kube/kinds.ts";
import type { RowChange } from "../../../core/kube/knownRows.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import { Arrangements } from "./arrangements.ts";
import { contextChildren } from "./contextNodes.ts";
import { Filters } from "./filters.ts";
import { groupNode, type Laid, namespaceChildren } from "./namespaceNodes.ts";
import { shownNamespaces } from "./namespaces.ts";
import type { ClusterNode, MessageNode, MoreNode, NamespaceNode, NodesNode, ObjectNode } from "./node.ts";
import { type NodeMaker, noneLeft } from "./nodeMaker.ts";
import { groupChildren, kindChildren, kindNamespaceChildren, resourcesChildren } from "./resourceNodes.ts";
import { objectId } from "./treeIds.ts";

/** More rows than this under one node make the tree slow; the rest stands under a node of its own. */
const MOST_CHILDREN = 300;

/** A node, or the object that one is made for when it is shown. */
type Child = ClusterNode | ObjectRow;

/** The rows of a context with what else says which they are. */
interface Grouped {
  rows: GroupedRows;
  served: Cluster["served"];
  letGo: number;
}

function isAsGrouped({ served, letGo }: Grouped, cluster: Cluster): boolean {
  return served === cluster.served && letGo === cluster.letGo;
}

export class ClusterNodes {
  readonly #maker: NodeMaker = {
    known: (node) => this.known(node),
    message: (parent, context, text, icon, action) => this.message(parent, context, text, icon, action),
    left: (cluster, rows) => this.filters.rows(cluster, rows),
    namespaces: (cluster, from) =>
      shownNamespaces(from ?? this.#namespaces(cluster), this.#look(cluster.entry.name)),
  };
  readonly #fallbackNamespaces: (cluster: Cluster) => string[];
  readonly #look: (context: string) => ClusterLook;
  /** What the filters of contexts leave. */
  readonly filters: Filters;
  readonly #arrangements = new Arrangements();
  /** Each thing once, so that the tree knows it again. */
  readonly #nodes = new Map<string, ClusterNode>();
  readonly #groupings = new Map<string, Grouped>();

  /**
   * @param fallbackNamespaces shown where namespaces may not be listed.
   * @param look how the person wants to see a context.
   */
  constructor(fallbackNamespaces: (cluster: Cluster) => string[], look: (context: string) => ClusterLook) {
    this.#fallbackNamespaces = fallbackNamespaces;
    this.#look = look;
    this.filters = new Filters(look);
  }

  get(id: string): ClusterNode | undefined {
    return this.#nodes.get(id);
  }

  /** Of what is gone. */
  delete(id: string): void {
    this.#nodes.delete(id);
  }

  /** Whether the kind's rows are grouped: nodes and namespaces stand under no other row, nor do those of most kinds. */
  isGrouped(cluster: Cluster, kind: KindName): boolean {
    if (isResource(kind)) return cluster.firstClass.includes(kind);
    return kind !== "Node" && kind !== "Namespace";
  }

  /**
   * Rows that are grouped have changed. @returns the names of nodes on which others hold accelerators now; undefined
   * where that is not known.
   */
  regroup(cluster: Cluster, changes: readonly RowChange[]): ReadonlySet<string> | undefined {
    const known = this.#groupings.get(cluster.entry.name);
    const nodes = known && isAsGrouped(known, cluster) ? known.rows.update(changes) : undefined;
    if (!nodes) this.#groupings.delete(cluster.entry.name);
    return nodes;
  }

  /** Forgets all nodes of a context and gives them. */
  forget(context: string): ClusterNode[] {
    const gone = Array.from(this.#nodes.values()).filter((node) => node.context === context);
    for (const node of gone) this.#nodes.delete(node.id);
    this.#groupings.delete(context);
    this.filters.forget(context);
    return gone;
  }

  /** What stands under what, kept as long as its rows are told of. */
  grouping(cluster: Cluster): Grouping {
    const context = cluster.entry.name;
    let known = this.#groupings.get(context);
    if (!known || !isAsGrouped(known, cluster)) {
      const kinds: KindName[] = [
        ...cluster.firstClass,
        ...workloadKinds.map(({ kind }) => kind),
        "Pod",
        "Service",
      ];
      const rows = new GroupedRows(kinds.flatMap((kind): ObjectRow[] => cluster.rows(kind)));
      this.#groupings.set(context, (known = { rows, served: cluster.served, letGo: cluster.letGo }));
    }
    return known.rows.grouping;
  }

  /** What is shown of a namespace, as it is to be laid out. */
  laid(cluster: Cluster, namespace: string): Laid {
    const context = cluster.entry.name;
    const full = this.grouping(cluster);
    const left = this.filters.left(cluster, full);
    // A filter that only names the namespace wants all of it.
    const isWhole = !left.top.has(namespace) && this.filters.wantsNamespace(context, namespace);
    const by = this.#look(context).groupBy;
    const arrangement = this.#arrangements.of(isWhole ? full : left, namespace, by);
    return { arrangement, isEmpty: !full.top.has(namespace), by };
  }

  /** The children as the store has them now, without waiting. */
  children(node: ClusterNode, cluster: Cluster): ClusterNode[] {
    return this.cut(node, this.#all(node, cluster));
  }

  #all(node: ClusterNode, cluster: Cluster): readonly Child[] {
    switch (node.type) {
      case "context": {
        const { filters } = this;
        const left = filters.left(cluster, this.grouping(cluster));
        const hasMatches = (name: string) => left.top.has(name);
        const look = this.#look(node.context);
        return contextChildren(this.#maker, node, cluster, { look, filters, hasMatches });
      }
      case "nodes":
        return this.#nodesChildren(node, cluster);
      case "namespace":
        return namespaceChildren(this.#maker, node, cluster, this.laid(cluster, node.name));
      case "podGroup":
        return (
          this.laid(cluster, node.namespace).arrangement.groups.find(({ key }) => key === node.key)?.pods ??
          []
        );
      case "resources":
        return resourcesChildren(this.#maker, node, cluster);
      case "resourceGroup":
        return groupChildren(this.#maker, node, cluster);
      case "kind":
        return kindChildren(this.#maker, node, cluster);
      case "kindNamespace":
        return kindNamespaceChildren(this.#maker, node, cluster);
      case "object":
        return this.#objectChildren(node, cluster);
      case "more":
        return node.rest;
      case "message":
        return [];
    }
  }

  /** All that can be known of. */
  #namespaces(cluster: Cluster): string[] {
    if (cluster.condition("Namespace").state !== "blocked")
      return cluster.rows("Namespace").map((row) => row.name);
    const { namespaces, favourites } = this.#look(cluster.entry.name);
    return Array.from(new Set([...this.#fallbackNamespaces(cluster), ...favourites, ...(namespaces ?? [])]));
  }

  /** Those of the choice, whatever the filter. */
  shownNamespaces(cluster: Cluster): string[] {
    return this.#maker.namespaces(cluster);
  }

  #nodesChildren(node: NodesNode, cluster: Cluster): readonly Child[] {
    const refused = this.#refusal(node, cluster, "Node", undefined);
    if (refused) return [refused];
    const rows = cluster.rows("Node").sort((one, other) => (one.name < other.name ? -1 : 1));
    if (rows.length === 0) return [this.message(node, node.context, "The cluster has no nodes.", "info")];
    const left = rows.filter((row) => {
      const { pods } = acceleratorHolders(this.grouping(cluster), row);
      return this.filters.held(cluster, row, pods) !== undefined;
    });
    if (left.length === 0) return [noneLeft(this.#maker, node, node.context, "No node matches the filter")];
    const noPods = cluster.condition("Pod").state === "blocked";
    const hint = "You may not list pods in all namespaces: GPUs held by pods you can't see are not counted.";
    return [...(noPods ? [this.message(node, node.context, hint, "lock")] : []), ...left];
  }

  #objectChildren(node: ObjectNode, cluster: Cluster): readonly Child[] {
    const row = cluster.row(node.kind, node.uid);
    if (!row) return [];
    const grouping = this.grouping(cluster);
    if (row.kind !== "Node") {
      // Under what is shown for its namespace's sake nothing matches, and all is shown.
      const left = this.filters.left(cluster, grouping).under.get(row.uid);
      const rows = left ?? grouping.under.get(row.uid) ?? [];
      return rows.length > 0 ? rows : [this.message(node, node.context, "No pods.", "info")];
    }
    const { pods } = acceleratorHolders(grouping, row);
    if (pods.length === 0)
      return [this.message(node, node.context, "No pod holds a GPU of this node.", "info")];
    return this.filters.held(cluster, row, pods) ?? pods;
  }

  /** The node of an object with those between it and what it stands under, as they are laid out. */
  objectUnder(first: ClusterNode, cluster: Cluster, kind: KindName, uid: string): ClusterNode | undefined {
    const row = cluster.row(kind, uid);
    if (!row || first.context === undefined) return undefined;
    const parent = first.type === "namespace" ? this.#above(first, cluster, row) : first;
    return this.#object(parent, first.context, row);
  }

  #above(first: NamespaceNode, cluster: Cluster, row: ObjectRow): ClusterNode {
    const by = this.#look(first.context).groupBy;
    if ((by === "node" || by === "status") && row.kind === "Pod")
      return groupNode(this.#maker, first, by, { key: groupOf(row, by) });
    const owner = by === "workload" ? this.grouping(cluster).parentOf(row) : undefined;
    if (owner === undefined) return first;
    const kinds: KindName[] = [...workloadKinds.map((one) => one.kind), ...cluster.firstClass];
    const kind = kinds.find((one) => cluster.row(one, owner));
    return (kind && this.objectUnder(first, cluster, kind, owner)) ?? first;
  }

  /** Under what a node really stands: its parent, or the row that holds the rest of a long list; undefined if nowhere. */
  holder(node: ClusterNode, parent: ClusterNode, cluster: Cluster): ClusterNode | undefined {
    let holder = parent;
    for (;;) {
      const children = this.children(holder, cluster);
      if (children.some(({ id }) => id === node.id)) return holder;
      const more = children.at(-1);
      if (more?.type !== "more") return undefined;
      holder = more;
    }
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

  /** As many as a node may have, and a row for the rest; only what is shown is made. */
  cut(node: ClusterNode, children: readonly Child[]): ClusterNode[] {
    const { context } = node;
    const owner = node.type === "more" ? node.of : node;
    const made = children
      .slice(0, MOST_CHILDREN)
      .map((child) => ("type" in child ? child : this.#object(owner, context ?? "", child)));
    const rest = children.slice(MOST_CHILDREN);
    if (rest.length === 0 || context === undefined) return made;
    const id = `${node.id}/more`;
    const more = this.known<MoreNode>({ id, type: "more", parent: node, context, of: owner, rest });
    more.rest = rest;
    return [...made, more];
  }

  #object(parent: ClusterNode, context: string, row: ObjectRow): ObjectNode {
    const { kind, uid, name, namespace } = row;
    return this.known<ObjectNode>({
      id: objectId(context, uid, parent),
      type: "object",
      parent,
      context,
      kind,
      uid,
      name,
      namespace,
    });
  }

  /** Says that settings of a workspace that is not trusted are ignored. */
  ignored(ids: readonly string[]): MessageNode[] {
    if (ids.length === 0) return [];
    return [this.message(undefined, undefined, ignoredSentence(ids), "lock", "workbench.trust.manage")];
  }

  message(
    parent: ClusterNode | undefined,
    context: string | undefined,
    text: string,
    icon: MessageNode["icon"],
    action?: MessageNode["action"],
  ): MessageNode {
    return this.known<MessageNode>({
      id: `${parent?.id ?? ""}/message/${text}`,
      type: "message",
      parent,
      context,
      text,
      icon,
      ...(action === undefined ? {} : { action }),
    });
  }

  known<Node extends ClusterNode>(node: Node): Node {
    const known = this.#nodes.get(node.id);
    if (known?.type === node.type && known.parent === node.parent) return known as Node;
    this.#nodes.set(node.id, node);
    return node;
  }
}
