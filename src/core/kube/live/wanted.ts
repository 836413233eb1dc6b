// What has to be read of a cluster to judge a manifest: no more than its objects name or need.
import { kueueVersions } from "../kueueWorkload.ts";
import type { SetObject } from "../objectSet.ts";
import { liveReferences, queueNode } from "./references.ts";

export interface WantedNamespace {
  /** Kinds whose names are wanted. */
  readonly kinds: Set<string>;
  /** Pods go into it: quotas and limits count. */
  pods: boolean;
  /** Something in it waits in a queue, or could. */
  queues: boolean;
}

export interface WantedFacts {
  readonly nodes: boolean;
  /** Kinds without namespaces whose names are wanted. */
  readonly kinds: ReadonlySet<string>;
  readonly namespaces: ReadonlyMap<string, WantedNamespace>;
}

/** Where lists are, newest versions first; `*` stands for the namespace. */
export const LISTS: Readonly<Record<string, readonly string[]>> = {
  RuntimeClass: ["/apis/node.k8s.io/v1/runtimeclasses"],
  PriorityClass: ["/apis/scheduling.k8s.io/v1/priorityclasses"],
  StorageClass: ["/apis/storage.k8s.io/v1/storageclasses"],
  IngressClass: ["/apis/networking.k8s.io/v1/ingressclasses"],
  DeviceClass: inResource("deviceclasses"),
  Pod: ["/api/v1/*pods"],
  ConfigMap: ["/api/v1/*configmaps"],
  Secret: ["/api/v1/*secrets"],
  PersistentVolumeClaim: ["/api/v1/*persistentvolumeclaims"],
  ServiceAccount: ["/api/v1/*serviceaccounts"],
  ResourceClaim: inResource("*resourceclaims"),
  ResourceClaimTemplate: inResource("*resourceclaimtemplates"),
  LocalQueue: kueueVersions.map((version) => `/apis/kueue.x-k8s.io/${version}/*localqueues`),
  ClusterQueue: kueueVersions.map((version) => `/apis/kueue.x-k8s.io/${version}/clusterqueues`),
  ResourceQuota: ["/api/v1/*resourcequotas"],
  LimitRange: ["/api/v1/*limitranges"],
};

function inResource(plural: string): string[] {
  return ["v1", "v1beta2", "v1beta1"].map((version) => `/apis/resource.k8s.io/${version}/${plural}`);
}

/** True for a kind whose objects are in no namespace. */
export function isWide(kind: string): boolean {
  return /Class$|^ClusterQueue$/.test(kind);
}

/** Kinds that Kueue can have wait. */
const QUEUED =
  /^(?:Job|JobSet|PyTorchJob|TFJob|MPIJob|XGBoostJob|PaddleJob|JAXJob|TrainJob|RayJob|RayCluster)$/;

export function wantsQueue({ object }: SetObject): boolean {
  return QUEUED.test(object.kind);
}

/** @param namespace of objects that name none. */
export function wantedFacts(objects: readonly SetObject[], namespace: string): WantedFacts {
  const kinds = new Set<string>();
  const namespaces = new Map<string, WantedNamespace>();
  for (const one of objects) {
    const name = one.object.namespace ?? namespace;
    const place = namespaces.get(name) ?? { kinds: new Set<string>(), pods: false, queues: false };
    for (const { kind } of liveReferences(one)) (isWide(kind) ? kinds : place.kinds).add(kind);
    place.pods ||= one.pods.length > 0;
    place.queues ||= queueNode(one) !== undefined || wantsQueue(one);
    if (place.pods || place.queues || place.kinds.size > 0) namespaces.set(name, place);
  }
  return { nodes: objects.some(({ pods }) => pods.length > 0), kinds, namespaces };
}
