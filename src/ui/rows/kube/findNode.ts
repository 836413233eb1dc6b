// Finds where an object stands in the tree of clusters, and opens nothing but what leads there.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import type { ObjectTarget } from "./choose.ts";
import type { ClusterNode } from "./node.ts";
import { namespaceKinds } from "./namespaceNodes.ts";

type Children = (node: ClusterNode) => Promise<readonly ClusterNode[]>;

/** The node that an object of that kind and namespace stands under; a namespace itself is its own. */
export async function placeOfObject(
  root: ClusterNode,
  cluster: Cluster,
  { kind, namespace, name }: ObjectTarget,
  children: Children,
): Promise<ClusterNode | undefined> {
  if (kind === "Node") return below(root, (node) => node.type === "nodes", children);
  if (kind === "Namespace" || namespaceKinds.includes(kind) || cluster.firstClass.includes(kind)) {
    const wanted = kind === "Namespace" ? name : namespace;
    return below(root, (node) => node.type === "namespace" && node.name === wanted, children);
  }
  const resources = await below(root, (node) => node.type === "resources", children);
  for (const group of resources ? await children(resources) : []) {
    const list = await below(group, (node) => node.type === "kind" && node.kind === kind, children);
    if (!list || namespace === undefined) {
      if (list) return list;
      continue;
    }
    return below(list, (node) => node.type === "kindNamespace" && node.namespace === namespace, children);
  }
  return undefined;
}

/** The first child that is meant, in the rest of a long list too. */
async function below(
  parent: ClusterNode,
  isMeant: (node: ClusterNode) => boolean,
  children: Children,
): Promise<ClusterNode | undefined> {
  for (let at: ClusterNode | undefined = parent; at; ) {
    const shown: readonly ClusterNode[] = await children(at);
    const found = shown.find(isMeant);
    if (found) return found;
    const last: ClusterNode | undefined = shown.at(-1);
    at = last?.type === "more" ? last : undefined;
  }
  return undefined;
}
