// The resources that the sandbox serves, as data.

export interface Resource {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: readonly string[];
  categories: readonly string[];
  subresources: readonly string[];
}

function resource(
  groupVersion: string,
  kind: string,
  plural: string,
  more: {
    shortNames?: string[];
    cluster?: boolean;
    categories?: string[];
    subresources?: string[];
  } = {},
): Resource {
  const [group, version] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
  return {
    group: group ?? "",
    version: version ?? "v1",
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: more.cluster !== true,
    shortNames: more.shortNames ?? [],
    categories: more.categories ?? [],
    subresources: more.subresources ?? [],
  };
}

const all = ["all"];
const scaled = ["status", "scale"];

export const resources: readonly Resource[] = [
  resource("v1", "Namespace", "namespaces", {
    cluster: true,
    shortNames: ["ns"],
    subresources: ["status", "finalize"],
  }),
  resource("v1", "Node", "nodes", { cluster: true, shortNames: ["no"], subresources: ["status", "proxy"] }),
  resource("v1", "Pod", "pods", {
    shortNames: ["po"],
    categories: all,
    subresources: ["status", "log", "exec", "attach", "portforward", "proxy", "eviction", "binding"],
  }),
  resource("v1", "Service", "services", {
    shortNames: ["svc"],
    categories: all,
    subresources: ["status", "proxy"],
  }),
  resource("v1", "Endpoints", "endpoints", { shortNames: ["ep"] }),
  resource("v1", "Event", "events", { shortNames: ["ev"] }),
  resource("v1", "ConfigMap", "configmaps", { shortNames: ["cm"] }),
  resource("v1", "Secret", "secrets"),
  resource("v1", "ServiceAccount", "serviceaccounts", { shortNames: ["sa"] }),
  resource("v1", "PersistentVolumeClaim", "persistentvolumeclaims", {
    shortNames: ["pvc"],
    subresources: ["status"],
  }),
  resource("v1", "PersistentVolume", "persistentvolumes", {
    cluster: true,
    shortNames: ["pv"],
    subresources: ["status"],
  }),
  resource("v1", "ResourceQuota", "resourcequotas", { shortNames: ["quota"], subresources: ["status"] }),
  resource("v1", "LimitRange", "limitranges", { shortNames: ["limits"] }),
  resource("apps/v1", "Deployment", "deployments", {
    shortNames: ["deploy"],
    categories: all,
    subresources: scaled,
  }),
  resource("apps/v1", "ReplicaSet", "replicasets", {
    shortNames: ["rs"],
    categories: all,
    subresources: scaled,
  }),
  resource("apps/v1", "StatefulSet", "statefulsets", {
    shortNames: ["sts"],
    categories: all,
    subresources: scaled,
  }),
  resource("apps/v1", "DaemonSet", "daemonsets", {
    shortNames: ["ds"],
    categories: all,
    subresources: ["status"],
  }),
  resource("batch/v1", "Job", "jobs", { categories: all, subresources: ["status"] }),
  resource("batch/v1", "CronJob", "cronjobs", {
    shortNames: ["cj"],
    categories: all,
    subresources: ["status"],
  }),
  resource("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
  resource("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", { shortNames: ["netpol"] }),
  resource("networking.k8s.io/v1", "Ingress", "ingresses", { shortNames: ["ing"], subresources: ["status"] }),
  resource("coordination.k8s.io/v1", "Lease", "leases"),
  resource("storage.k8s.io/v1", "StorageClass", "storageclasses", { cluster: true, shortNames: ["sc"] }),
  resource("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", { cluster: true, shortNames: ["pc"] }),
  resource("node.k8s.io/v1", "RuntimeClass", "runtimeclasses", { cluster: true }),
  resource("kubeflow.org/v1", "PyTorchJob", "pytorchjobs", { subresources: ["status"] }),
  resource("serving.kserve.io/v1beta1", "InferenceService", "inferenceservices", {
    shortNames: ["isvc"],
    subresources: ["status"],
  }),
];

/** Kinds of other projects: strategic merge is refused for them, as for every custom resource. */
export function isCustom(resource: Resource): boolean {
  return ["kubeflow.org", "serving.kserve.io"].includes(resource.group);
}

export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return resources.find((one) => one.group === group && one.version === version && one.plural === plural);
}

/** The resource of a kind; throws for one that the table lacks, which is a mistake of ours. */
export function resourceOf(kind: string): Resource {
  const found = resources.find((one) => one.kind === kind);
  if (!found) throw new Error(`The sandbox has no resource for ${kind}`);
  return found;
}

export function apiVersionOf(resource: Resource): string {
  return resource.group ? `${resource.group}/${resource.version}` : resource.version;
}

/** `pods`, `deployments.apps`: how messages name a resource. */
export function qualifiedName(resource: Resource): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}
