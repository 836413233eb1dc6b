// A kind of which nothing is known but what the API says of it: its rows are what the server prints.
import { type Kind, kind, resourceKey } from "./kind.ts";
import { field, type KubeObject, list, text } from "./object.ts";
import { type Health, isTerminating, type ResourceRow, rowIdentity } from "./row.ts";
import type { ServedKind } from "./served.ts";

/** Name and namespace stand in the tree already, and an age that the server wrote would stand still. */
const LEFT_OUT = new Set(["name", "namespace", "age", "created at", "last seen"]);
const NOTHING = new Set(["", "<none>", "<unset>", "<unknown>"]);

export function tableKind(served: ServedKind): Kind {
  const { group, version, plural, namespaced, verbs } = served;
  const key = resourceKey(served.kind, group);
  return kind<ResourceRow>({
    kind: key,
    group,
    version,
    plural,
    namespaced,
    title: served.kind,
    icon: ICONS[key] ?? (group.includes(".") ? "symbol-class" : "symbol-misc"),
    table: true,
    ...(verbs.includes("watch") ? {} : { listOnly: true }),
    ...(verbs.includes("delete") ? {} : { isKept: true }),
    project: (object) => tableRow(key, object),
  });
}

const ICONS: Readonly<Record<string, string>> = {
  "ConfigMap.core": "file-code",
  "Secret.core": "key",
  "Event.core": "history",
  "ServiceAccount.core": "account",
  "PersistentVolumeClaim.core": "database",
  "PersistentVolume.core": "database",
  "StorageClass.storage.k8s.io": "database",
  "Ingress.networking.k8s.io": "globe",
  "Gateway.gateway.networking.k8s.io": "globe",
  "NetworkPolicy.networking.k8s.io": "shield",
  "ResourceQuota.core": "dashboard",
  "HorizontalPodAutoscaler.autoscaling": "graph-line",
  "Role.rbac.authorization.k8s.io": "law",
  "RoleBinding.rbac.authorization.k8s.io": "law",
  "ClusterRole.rbac.authorization.k8s.io": "law",
  "ClusterRoleBinding.rbac.authorization.k8s.io": "law",
  "DeviceClass.resource.k8s.io": "chip",
  "ResourceClaim.resource.k8s.io": "chip",
  "ResourceClaimTemplate.resource.k8s.io": "chip",
  "ResourceSlice.resource.k8s.io": "chip",
};

/** `object` has its metadata, and under `table` the columns and cells of its row. */
function tableRow(key: ResourceRow["kind"], object: KubeObject): ResourceRow {
  const columns = list(object, "table", "columns").flatMap((column, index): [string, string][] => {
    const heading = text(column, "name") ?? "";
    // What kubectl prints only with `-o wide` is in the description.
    if (LEFT_OUT.has(heading.toLowerCase()) || Number(field(column, "priority") ?? 0) > 0) return [];
    const cell = cellText(list(object, "table", "cells")[index]);
    return NOTHING.has(cell) ? [] : [[heading, cell]];
  });
  const isLeaving = isTerminating(object);
  return {
    kind: key,
    ...rowIdentity(object),
    columns,
    isPrinted: true,
    status: isLeaving ? "Terminating" : "",
    health: isLeaving ? "progress" : health(columns),
  };
}

function cellText(cell: unknown): string {
  return typeof cell === "string"
    ? cell.replace(/\s+/g, " ").trim()
    : cell === null || cell === undefined
      ? ""
      : typeof cell === "object"
        ? JSON.stringify(cell)
        : String(cell as number | boolean);
}

/** Only what a column says plainly; of most kinds nobody knows. */
function health(columns: readonly (readonly [string, string])[]): Health {
  for (const [heading, cell] of columns) {
    if (heading === "Ready" && (cell === "True" || cell === "False"))
      return cell === "True" ? "ok" : "warning";
    if (heading === "Type" && cell === "Warning") return "warning";
  }
  return "unknown";
}

/** Parts of a line: what a server prints stands alone if it is a word, and else under its heading, as all other does. */
export function columnsText({ columns, isPrinted }: Pick<ResourceRow, "columns" | "isPrinted">): string[] {
  return columns.map(([heading, cell]) => {
    const isWord = isPrinted && !/^(\d|true$|false$)/i.test(cell);
    return isWord ? cell : `${heading} ${cell}`;
  });
}
