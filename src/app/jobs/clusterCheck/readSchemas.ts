// Reads of a cluster how it describes the kinds of a manifest that are not Kubernetes' own, once for each version of
// a description.
import type { Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { groupOf } from "../../../core/kube/apiVersion.ts";
import { type ServedGroup, servedGroup } from "../../../core/kube/schema/served.ts";
import type { ClusterConnection } from "../../stores/cluster/port.ts";

/** Where descriptions are kept, by a key that names what they hold. */
export interface SchemaKeep {
  keyOf(hash: string): string;
  has(key: string): boolean;
  keep(key: string, group: ServedGroup): void;
  /** These count from now on, and the last no more: keys by API version. True when others did before. */
  select(index: Readonly<Record<string, string>>, absent: readonly string[]): boolean;
}

export type SchemaConnection = Pick<ClusterConnection, "openApi" | "openApiText">;

const NOTHING: ReadSchemas = { changed: false, index: {} };

/** A manifest that names more is no manifest. */
const MOST_GROUPS = 30;

export interface ReadSchemas {
  /** Something else counts now than before. */
  readonly changed: boolean;
  /** Keys of what the cluster has of what was asked for, by API version. */
  readonly index: Readonly<Record<string, string>>;
}

/**
 * @throws Trouble when the cluster can't be reached; one that does not describe itself is left alone.
 */
export async function readSchemas(
  connection: SchemaConnection,
  keep: SchemaKeep,
  apiVersions: Iterable<string>,
  signal: Signal,
): Promise<ReadSchemas> {
  const wanted = Array.from(new Set(apiVersions)).filter(isForeign).slice(0, MOST_GROUPS);
  if (wanted.length === 0) return NOTHING;
  let paths: ReadonlyMap<string, string>;
  try {
    paths = await connection.openApi(signal);
  } catch (error) {
    if (Trouble.is(error, "not-found") || Trouble.is(error, "denied")) return NOTHING;
    throw error;
  }
  const index: Record<string, string> = {};
  for (const apiVersion of wanted) {
    const path = paths.get(apiVersion);
    if (path === undefined) continue;
    const key = keep.keyOf(path);
    if (!keep.has(key)) {
      const group = servedGroup(apiVersion, await connection.openApiText(path, signal));
      if (!group) continue;
      keep.keep(key, group);
    }
    index[apiVersion] = key;
  }
  const absent = wanted.filter((apiVersion) => index[apiVersion] === undefined);
  return { changed: keep.select(index, absent), index };
}

/** Kubernetes' own groups are known by version, with what the server enforces. */
function isForeign(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return group !== "" && !OWN_GROUPS.has(group);
}

const OWN_GROUPS = new Set([
  "apps",
  "autoscaling",
  "batch",
  "policy",
  ...[
    "admissionregistration",
    "apiextensions",
    "apiregistration",
    "authentication",
    "authorization",
    "certificates",
    "coordination",
    "discovery",
    "events",
    "flowcontrol.apiserver",
    "internal.apiserver",
    "lifecycle",
    "networking",
    "node",
    "rbac.authorization",
    "resource",
    "scheduling",
    "storage",
    "storagemigration",
  ].map((name) => `${name}.k8s.io`),
]);
