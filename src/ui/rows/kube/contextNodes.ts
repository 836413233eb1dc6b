// What stands under a context: its headings, what is to be said of it, and its namespaces.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterLook } from "../../../app/stores/clusterLooks.ts";
import { namespaceKinds } from "./namespaceNodes.ts";
import { areNamespacesDenied } from "./namespaces.ts";
import type {
  ClusterNode,
  ContextNode,
  MessageNode,
  NamespaceNode,
  NodesNode,
  ResourcesNode,
} from "./node.ts";
import type { NodeMaker } from "./nodeMaker.ts";
import type { Filters } from "./filters.ts";

export interface ContextWorld {
  look: ClusterLook;
  filters: Filters;
  /** Something in the namespace is left by the filter. */
  hasMatches: (namespace: string) => boolean;
}

export function contextChildren(
  make: NodeMaker,
  node: ContextNode,
  cluster: Cluster,
  world: ContextWorld,
): ClusterNode[] {
  const { context } = node;
  const condition = cluster.condition("Namespace");
  if (condition.state === "unreachable")
    return [make.message(node, context, condition.trouble.text, "error")];
  const isDenied = areNamespacesDenied(cluster);
  if (condition.state === "blocked" && (!isDenied || /credentials/.test(condition.trouble.text)))
    return [make.message(node, context, condition.trouble.text, "error")];
  const nodes = make.known<NodesNode>({ id: `${context}/nodes`, type: "nodes", parent: node, context });
  const resources = make.known<ResourcesNode>({
    id: `${context}/resources`,
    type: "resources",
    parent: node,
    context,
  });
  const chosen = make.namespaces(cluster);
  const names = chosen.filter((name) => mayMatch(cluster, name, world));
  return [
    nodes,
    resources,
    ...choiceWords(make, node, cluster, world.look, chosen.length === 0),
    ...filterWords(make, node, cluster, world.filters, chosen.length > 0 && names.length === 0),
    ...names.map((name) => namespaceNode(make, node, name)),
  ];
}

export function namespaceNode(make: NodeMaker, parent: ContextNode, name: string): NamespaceNode {
  const { context } = parent;
  return make.known<NamespaceNode>({
    id: `${context}/namespace/${name}`,
    type: "namespace",
    parent,
    context,
    name,
  });
}

/** Something in it matches, or nobody knows yet. */
function mayMatch(cluster: Cluster, namespace: string, { filters, hasMatches }: ContextWorld): boolean {
  const context = cluster.entry.name;
  if (!filters.of(context) || hasMatches(namespace)) return true;
  if (filters.wantsNamespace(context, namespace)) return true;
  const isOpen = (state: string) => state !== "live" && state !== "stale" && state !== "blocked";
  const pods = cluster.condition("Pod", namespace).state;
  return (
    pods === "blocked" ||
    namespaceKinds.some((kind) => isOpen(cluster.condition(kind, namespace).state)) ||
    cluster.isFirstClassLoading(namespace)
  );
}

function choiceWords(
  make: NodeMaker,
  node: ContextNode,
  cluster: Cluster,
  { namespaces }: ClusterLook,
  isEmpty: boolean,
): MessageNode[] {
  const say = (text: string, icon: "info" | "lock", action: `slipway.${string}`) => [
    make.message(node, node.context, text, icon, action),
  ];
  if (areNamespacesDenied(cluster)) {
    const which = namespaces
      ? "these are the ones that you named."
      : "these are the context's own and those of the setting slipway.kubernetes.namespaces.";
    return say(`You may not list namespaces here: ${which}`, "lock", "slipway.chooseNamespaces");
  }
  const { state } = cluster.condition("Namespace");
  if (!namespaces || !isEmpty || (state !== "live" && state !== "stale")) return [];
  const text = "None of the chosen namespaces is there any more: click to show all.";
  return say(text, "info", "slipway.showAllNamespaces");
}

function filterWords(
  make: NodeMaker,
  node: ContextNode,
  cluster: Cluster,
  filters: Filters,
  isEmpty: boolean,
): MessageNode[] {
  const { context } = node;
  const problem = filters.problem(context);
  if (problem !== undefined) {
    const text = `The filter of this context can't be read: ${problem} Click to write it anew.`;
    return [make.message(node, context, text, "warning", "slipway.filterCluster")];
  }
  if (!isEmpty || !filters.of(context)) return [];
  const you = filters.asksWhose(context) ? ` To this cluster you are ${cluster.userName ?? "unknown"}.` : "";
  const text = `Nothing matches the filter.${you} Click to clear it.`;
  return [make.message(node, context, text, "info", "slipway.clearFilter")];
}
