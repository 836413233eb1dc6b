// What the user of a context may do with an object: menus and pickers offer no more than that.
import type { Cluster } from "../../../app/stores/cluster/cluster.ts";
import { Trouble } from "../../../base/trouble.ts";
import { type Hand, type Right, rightWords } from "../../../core/kube/access.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";

type Place = Pick<ObjectRow, "kind" | "name" | "namespace">;

/** The namespace whose rules count: those for the whole cluster are in the rules of each. */
export function accessNamespace(cluster: Cluster, namespace: string | undefined): string {
  return namespace ?? cluster.entry.namespace ?? "default";
}

/** False for what may not be done; undefined where that is not known, and the server will say. */
export function mayDo(
  cluster: Cluster,
  { kind: key, name, namespace }: Place,
  hand: Hand,
): boolean | undefined {
  const kind = cluster.kind(key);
  if (!kind) return undefined;
  return cluster.access.may(
    accessNamespace(cluster, namespace),
    cluster.access.needs(hand, kind),
    ownName(kind.kind, hand, name),
  );
}

/** Those of one kind with which that may be done, as far as it is known after a moment. @throws Trouble when that is nothing. */
export async function withRights<Row extends ObjectRow>(
  cluster: Cluster,
  rows: readonly Row[],
  hand: Hand,
): Promise<Row[]> {
  const [first] = rows;
  const kind = first && cluster.kind(first.kind);
  if (!kind) return Array.from(rows);
  const rights = cluster.access.needs(hand, kind);
  const namespaces = new Set(rows.map((row) => accessNamespace(cluster, row.namespace)));
  await Promise.all(
    Array.from(namespaces, (namespace) => cluster.access.decided(namespace, rights, undefined)),
  );
  const may = rows.filter((row) => mayDo(cluster, row, hand) !== false);
  if (may.length === 0) throw denied(cluster, rights);
  return may;
}

/** Pods of a workload or Service have names of their own. */
function ownName(kind: string, hand: Hand, name: string): string | undefined {
  const isOfPods = hand === "forwardable" || hand === "loggable";
  return isOfPods && kind !== "Pod" ? undefined : name;
}

function denied(cluster: Cluster, rights: readonly Right[]): Trouble {
  const words = rights.map(rightWords).join(" and ");
  return new Trouble(
    "denied",
    `Context ${cluster.entry.name} may not do that with any of them: ask the cluster's administrator for the right to ${words}.`,
  );
}
