// The order in which objects of many files are applied: what others need comes first. Deleting goes the other way.
import type { ManifestObject } from "./manifestObject.ts";

/** Kinds that something else needs before it can be there, in their order. */
const FIRST = [
  "Namespace",
  "CustomResourceDefinition",
  "PriorityClass",
  "StorageClass",
  "ResourceQuota",
  "LimitRange",
  "ServiceAccount",
  "ClusterRole",
  "Role",
  "ClusterRoleBinding",
  "RoleBinding",
  "Secret",
  "ConfigMap",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Service",
];
/** These hold up others until what answers for them runs. */
const LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** Objects of one rank stay as they stand in their files. */
export function inApplyOrder<One extends Pick<ManifestObject, "kind">>(objects: readonly One[]): One[] {
  return objects.toSorted((one, other) => rank(one.kind) - rank(other.kind));
}

function rank(kind: string): number {
  const first = FIRST.indexOf(kind);
  if (first >= 0) return first;
  return LAST.includes(kind) ? FIRST.length + 1 : FIRST.length;
}
