// Under which heading a kind stands: by what it is for, and what an operator brings under its group's name.
import type { ServedKind } from "./served.ts";

/** In the order of the tree; operators' groups follow by name. */
export const plainGroups = [
  "Workloads",
  "Network",
  "Configuration",
  "Storage",
  "Access",
  "GPU & devices",
  "Cluster",
] as const;

type PlainGroup = (typeof plainGroups)[number];

const CORE: Readonly<Record<string, PlainGroup>> = {
  Pod: "Workloads",
  PodTemplate: "Workloads",
  ReplicationController: "Workloads",
  Service: "Network",
  Endpoints: "Network",
  ConfigMap: "Configuration",
  Secret: "Configuration",
  ResourceQuota: "Configuration",
  LimitRange: "Configuration",
  PersistentVolume: "Storage",
  PersistentVolumeClaim: "Storage",
  ServiceAccount: "Access",
};

const GROUPS: Readonly<Record<string, PlainGroup>> = {
  apps: "Workloads",
  batch: "Workloads",
  autoscaling: "Workloads",
  policy: "Workloads",
  "networking.k8s.io": "Network",
  "discovery.k8s.io": "Network",
  "gateway.networking.k8s.io": "Network",
  "storage.k8s.io": "Storage",
  "snapshot.storage.k8s.io": "Storage",
  "rbac.authorization.k8s.io": "Access",
  "certificates.k8s.io": "Access",
  "resource.k8s.io": "GPU & devices",
  "nvidia.com": "GPU & devices",
  "resource.nvidia.com": "GPU & devices",
  "scheduling.k8s.io": "Configuration",
  "node.k8s.io": "Configuration",
  "admissionregistration.k8s.io": "Cluster",
  "apiextensions.k8s.io": "Cluster",
  "apiregistration.k8s.io": "Cluster",
  "coordination.k8s.io": "Cluster",
  "events.k8s.io": "Cluster",
  "flowcontrol.apiserver.k8s.io": "Cluster",
  "internal.apiserver.k8s.io": "Cluster",
  "metrics.k8s.io": "Cluster",
  "storagemigration.k8s.io": "Storage",
};

export function resourceGroup({ group, kind }: Pick<ServedKind, "group" | "kind">): string {
  if (group === "") return CORE[kind] ?? "Cluster";
  return GROUPS[group] ?? group;
}
