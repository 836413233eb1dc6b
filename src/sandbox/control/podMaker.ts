// Pods and other objects that a controller makes: their owner, their labels, their defaults.
import { complete } from "../api/admission.ts";
import { type Resource, resourceOf } from "../api/resources.ts";
import type { NewObject, Store } from "../api/store.ts";
import { type ApiObject, controlledBy, isControlledBy, type Pod, type PodTemplate } from "../object.ts";

/** Makes a pod of a template; `generateName` unless a name is given. */
export function makePod(
  store: Store,
  owner: ApiObject,
  template: PodTemplate,
  name: { name?: string; generateName?: string },
): Pod {
  return make(store, resourceOf("Pod"), {
    metadata: {
      ...name,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      labels: { ...template.metadata?.labels },
      ...(template.metadata?.annotations ? { annotations: { ...template.metadata.annotations } } : {}),
      ownerReferences: [controlledBy(owner)],
    },
    spec: structuredClone(template.spec),
  }) as Pod;
}

export function make(store: Store, resource: Resource, object: NewObject): ApiObject {
  complete(resource, object);
  return store.create(resource, object);
}

/** The pods that an object controls, oldest first. */
export function podsOf(store: Store, owner: ApiObject): Pod[] {
  return store
    .all<Pod>("Pod", owner.metadata.namespace)
    .filter((pod) => isControlledBy(pod, owner))
    .sort((one, other) => (one.metadata.creationTimestamp < other.metadata.creationTimestamp ? -1 : 1));
}

export function isEnded(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
}

/** Begins the end of a pod, as a delete request does. */
export function deletePod(store: Store, pod: Pod, now: string, graceSeconds?: number): void {
  if (pod.metadata.deletionTimestamp) return;
  const { namespace, name } = pod.metadata;
  store.update<Pod>(resourceOf("Pod"), namespace, name, (draft) => {
    draft.metadata.deletionTimestamp = now;
    draft.metadata.deletionGracePeriodSeconds = graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  });
}

/** Writes the status of a workload; nothing happens when it is the same. */
export function writeStatus(store: Store, object: ApiObject, status: object): void {
  const { namespace, name } = object.metadata;
  const resource = resourceOf(object.kind);
  // Most of the time nothing has changed, and a copy costs more than a look.
  const before = (store.find(resource, namespace, name)?.status ?? {}) as Record<string, unknown>;
  const same = Object.entries(status).every(
    ([key, value]) => before[key] === value || JSON.stringify(before[key]) === JSON.stringify(value),
  );
  if (same) return;
  store.update(resource, namespace, name, (draft) => {
    draft.status = { ...draft.status, ...status };
  });
}
