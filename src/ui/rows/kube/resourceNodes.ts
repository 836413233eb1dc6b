// What stands under *Resources* of a context: every kind that the cluster serves, and its objects.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import { plainGroups } from "../../../core/kube/resourceGroups.ts";
import type { SilentVersion } from "../../../core/kube/served.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { ClusterNode, KindNamespaceNode, KindNode, ResourceGroupNode, ResourcesNode } from "./node.ts";
import { type NodeMaker, noneLeft } from "./nodeMaker.ts";

export function resourcesChildren(make: NodeMaker, node: ResourcesNode, cluster: Cluster): ClusterNode[] {
  const { context } = node;
  const { kinds, silent } = cluster.served ?? { kinds: [], silent: [] };
  const own = plainGroups.filter((name) => kinds.some(({ group }) => group === name));
  const others = Array.from(new Set(kinds.map(({ group }) => group)))
    .filter((name) => !plainGroups.some((plain) => plain === name))
    .sort();
  const groups = [...own, ...others].map((group) =>
    make.known<ResourceGroupNode>({
      id: `${context}/resources/${group}`,
      type: "resourceGroup",
      parent: node,
      context,
      group,
    }),
  );
  const hint = ({ version, cause }: SilentVersion) => {
    const why = cause === undefined ? "" : ` (${cause.replace(/\.$/, "")})`;
    return `The server of ${version} does not answer${why}, so its kinds are not known: see its APIService.`;
  };
  return [...silent.map((one) => make.message(node, context, hint(one), "warning")), ...groups];
}

export function groupChildren(make: NodeMaker, node: ResourceGroupNode, cluster: Cluster): ClusterNode[] {
  const kinds = cluster.served?.kinds.filter(({ group }) => group === node.group) ?? [];
  return kinds.map(({ kind }) =>
    make.known<KindNode>({
      id: `${node.context}/kind/${kind.kind}`,
      type: "kind",
      parent: node,
      context: node.context,
      kind: kind.kind,
    }),
  );
}

/** Objects of a kind, or the namespaces that have some. */
export function kindChildren(
  make: NodeMaker,
  node: KindNode,
  cluster: Cluster,
): readonly (ClusterNode | ObjectRow)[] {
  const { context, kind: name } = node;
  const kind = cluster.kind(name);
  if (!kind) return [];
  const condition = cluster.condition(name);
  if (condition.state === "unreachable")
    return [make.message(node, context, condition.trouble.text, "error")];
  if (condition.state !== "blocked") {
    const all = cluster.rows(name);
    if (all.length === 0) return [make.message(node, context, `The cluster has no ${kind.plural}.`, "info")];
    const rows = make.left(cluster, all);
    if (rows.length === 0) return [noneLeft(make, node, context, `No ${kind.plural} match the filter`)];
    if (!kind.namespaced) return byName(rows);
    const names = make.namespaces(cluster, Array.from(new Set(rows.map((row) => row.namespace ?? ""))));
    if (names.length > 0) return namespaced(make, node, names);
    const text = `The chosen namespaces have no ${kind.plural}: click to show all namespaces.`;
    return [make.message(node, context, text, "info", "slipway.showAllNamespaces")];
  }
  const refusal = make.message(node, context, condition.trouble.text, "lock");
  if (!kind.namespaced || condition.trouble.kind !== "denied") return [refusal];
  return [refusal, ...namespaced(make, node, make.namespaces(cluster))];
}

export function kindNamespaceChildren(
  make: NodeMaker,
  node: KindNamespaceNode,
  cluster: Cluster,
): readonly (ClusterNode | ObjectRow)[] {
  const { context, kind, namespace } = node;
  const condition = cluster.condition(kind, namespace);
  if (condition.state === "unreachable" || condition.state === "blocked") {
    const icon = condition.state === "blocked" ? "lock" : "error";
    return [make.message(node, context, condition.trouble.text, icon)];
  }
  const all = cluster.rows(kind, namespace);
  const rows = make.left(cluster, all);
  if (rows.length > 0) return byName(rows);
  const plural = cluster.kind(kind)?.plural ?? kind;
  if (all.length > 0) return [noneLeft(make, node, context, `No ${plural} match the filter`)];
  return [make.message(node, context, `No ${plural} here.`, "info")];
}

function namespaced(make: NodeMaker, node: KindNode, names: string[]): ClusterNode[] {
  return names.map((namespace) =>
    make.known<KindNamespaceNode>({
      id: `${node.id}/${namespace}`,
      type: "kindNamespace",
      parent: node,
      context: node.context,
      kind: node.kind,
      namespace,
    }),
  );
}

function byName(rows: readonly ObjectRow[]): ObjectRow[] {
  return Array.from(rows).sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}
