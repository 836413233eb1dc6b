// Which values of a cluster fit at a place of a manifest.
import type { KnownValues } from "../kube/live/values.ts";
import { QUEUE_LABEL } from "../kube/live/references.ts";
import { isWide } from "../kube/live/wanted.ts";
import type { ObjectNode } from "../kube/objectNodes.ts";

/** The kind of object that a field names, by the end of its path. */
const NAMED: readonly { readonly kind: string; readonly at: RegExp }[] = [
  { kind: "RuntimeClass", at: /(?:^|\.)runtimeClassName$/ },
  { kind: "PriorityClass", at: /(?:^|\.)priorityClassName$/ },
  { kind: "StorageClass", at: /(?:^|\.)storageClassName$/ },
  { kind: "IngressClass", at: /(?:^|\.)ingressClassName$/ },
  { kind: "DeviceClass", at: /(?:^|\.)deviceClassName$/ },
  { kind: "ServiceAccount", at: /(?:^|\.)serviceAccountName$/ },
  { kind: "PersistentVolumeClaim", at: /\.persistentVolumeClaim\.claimName$/ },
  { kind: "Secret", at: /\.secret\.secretName$|\.(?:secretRef|secretKeyRef|sources\[\d+\]\.secret)\.name$/ },
  { kind: "Secret", at: /(?:^|\.)imagePullSecrets\[\d+\]\.name$/ },
  { kind: "ConfigMap", at: /\.(?:configMap|configMapRef|configMapKeyRef)\.name$/ },
];

/** @param path as `spec.nodeSelector.nvidia.com/gpu.product`, whose last key is `key`. */
export function clusterValues(
  path: string,
  key: string,
  object: ObjectNode,
  values: KnownValues,
): readonly string[] {
  const own = values.namespaces[object.namespace ?? values.namespace] ?? {};
  if (path.endsWith(`nodeSelector.${key}`))
    return Object.hasOwn(values.labels, key) ? (values.labels[key] ?? []) : [];
  if (key === QUEUE_LABEL && path.endsWith(`labels.${key}`)) return own["LocalQueue"] ?? [];
  if (isNodeLabelKey(path)) return Object.keys(values.labels).toSorted();
  const kind = NAMED.find(({ at }) => at.test(path))?.kind;
  if (kind === undefined) return [];
  return (isWide(kind) ? values.names[kind] : own[kind]) ?? [];
}

function isNodeLabelKey(path: string): boolean {
  return /nodeAffinity\..*matchExpressions\[\d+\]\.key$/.test(path);
}

/** The keys that may be written in a map: labels of nodes in a selector. */
export function clusterKeys(path: string, key: string, values: KnownValues): readonly string[] {
  return path.endsWith(`nodeSelector.${key}`) ? Object.keys(values.labels).toSorted() : [];
}
