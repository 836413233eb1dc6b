// What stands under a namespace, and under the groups of its pods.
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import type { Arrangement, PodGroup } from "../../../core/kube/arrangement.ts";
import { workloadKinds } from "../../../core/kube/kinds.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { ClusterNode, NamespaceNode, PodGroupNode } from "./node.ts";
import { type NodeMaker, noneLeft } from "./nodeMaker.ts";

/** What is read for a namespace. */
export const namespaceKinds: readonly KindName[] = [
  "Pod",
  "Service",
  ...workloadKinds.map((kind) => kind.kind),
];

/** Something runs in it, whatever the filter leaves of that. */
export interface Laid {
  arrangement: Arrangement;
  isEmpty: boolean;
  by: PodGroupNode["by"];
}

export function namespaceChildren(
  make: NodeMaker,
  node: NamespaceNode,
  cluster: Cluster,
  { arrangement, isEmpty, by }: Laid,
): (ClusterNode | ObjectRow)[] {
  const { context } = node;
  const messages = refusals(make, node, cluster);
  const groups = arrangement.groups.map((group) => groupNode(make, node, by, group));
  const children = [...messages, ...groups, ...arrangement.rows];
  if (children.length > 0) return children;
  if (cluster.isFirstClassLoading(node.name))
    return [make.message(node, context, "Looking for what operators run here…", "progress")];
  if (!isEmpty) return [noneLeft(make, node, context, "Nothing in this namespace matches the filter")];
  return [make.message(node, context, "Nothing runs in this namespace.", "info")];
}

export function groupNode(
  make: NodeMaker,
  node: NamespaceNode,
  by: PodGroupNode["by"],
  { key }: Pick<PodGroup, "key">,
): PodGroupNode {
  const { context, name: namespace } = node;
  const id = groupId(context, namespace, by, key);
  return make.known<PodGroupNode>({ id, type: "podGroup", parent: node, context, namespace, by, key });
}

export function groupId(context: string, namespace: string, by: PodGroupNode["by"], key: string): string {
  return `${context}/namespace/${namespace}/by ${by}/${key}`;
}

/** Why not all of it is there. */
function refusals(make: NodeMaker, node: NamespaceNode, cluster: Cluster): ClusterNode[] {
  const { context, name } = node;
  const kinds = [...namespaceKinds, ...cluster.firstClass];
  const blocked = kinds.flatMap((kind) => {
    const condition = cluster.condition(kind, name);
    // An operator that was taken away since leaves a kind that is not there.
    const isDenied = condition.state === "blocked" && condition.trouble.kind !== "not-found";
    return isDenied ? [cluster.kind(kind)?.plural ?? kind] : [];
  });
  const away = kinds.map((kind) => cluster.condition(kind, name)).find((one) => one.state === "unreachable");
  const text = `You may not list ${words(blocked)} in this namespace: ask for that right to see them.`;
  return [
    ...(away?.state === "unreachable" ? [make.message(node, context, away.trouble.text, "error")] : []),
    ...(blocked.length > 0 ? [make.message(node, context, text, "lock")] : []),
  ];
}

/** More names than this say no more to anybody. */
const MOST_WORDS = 6;

function words(all: readonly string[]): string {
  const rest = all.length - MOST_WORDS;
  const parts = rest > 1 ? [...all.slice(0, MOST_WORDS), `${rest} more kinds`] : all;
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
