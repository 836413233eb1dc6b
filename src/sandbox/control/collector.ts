// What is taken away by itself: objects whose owner is gone, and everything in a namespace that is deleted.
import { missing, type Store } from "../api/store.ts";
import { resourceOf, type Resource, resources } from "../api/resources.ts";
import type { ApiObject, Pod } from "../object.ts";
import { deletePod } from "./podMaker.ts";

const foreground = "foregroundDeletion";
const keptByNamespaceDeletion = new Set(["Event"]);

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: string;
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** Deletes as the API does. @returns the object while it is still there, and what it was when it is gone. */
export function deleteObject(
  store: Store,
  resource: Resource,
  object: ApiObject,
  options: DeleteOptions,
  now: string,
): ApiObject {
  const { namespace, name } = object.metadata;
  if (options.propagationPolicy === "Orphan") orphan(store, object);
  if (resource.kind === "Pod") return deleteOnePod(store, resource, object as Pod, options, now);
  const waits =
    resource.kind === "Namespace" ||
    options.propagationPolicy === "Foreground" ||
    (object.metadata.finalizers ?? []).length > 0;
  if (!waits) return store.remove(resource, namespace, name) ?? object;
  const marked = store.update(resource, namespace, name, (draft) => {
    draft.metadata.deletionTimestamp ??= now;
    draft.metadata.deletionGracePeriodSeconds ??= 0;
    if (options.propagationPolicy === "Foreground") {
      draft.metadata.finalizers = Array.from(new Set([...(draft.metadata.finalizers ?? []), foreground]));
    }
    if (resource.kind === "Namespace") draft.status = { phase: "Terminating" };
  });
  return marked ?? object;
}

function deleteOnePod(
  store: Store,
  resource: Resource,
  pod: Pod,
  options: DeleteOptions,
  now: string,
): ApiObject {
  const { namespace, name } = pod.metadata;
  const grace = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  // A pod that never had a node has nobody who would end it.
  const atOnce = grace === 0 || !pod.spec.nodeName;
  if (atOnce && (pod.metadata.finalizers ?? []).length === 0)
    return store.remove(resource, namespace, name) ?? pod;
  deletePod(store, pod, now, grace);
  const left = store.find(resource, namespace, name);
  if (!left) throw missing(resource, name);
  return left;
}

function orphan(store: Store, owner: ApiObject): void {
  for (const { resource, object } of dependents(store, owner)) {
    store.update(resource, object.metadata.namespace, object.metadata.name, (draft) => {
      draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter(
        (reference) => reference.uid !== owner.metadata.uid,
      );
    });
  }
}

function dependents(store: Store, owner: ApiObject): { resource: Resource; object: ApiObject }[] {
  return everything(store).filter(({ object }) =>
    (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === owner.metadata.uid),
  );
}

function everything(store: Store): { resource: Resource; object: ApiObject }[] {
  return resources.flatMap((resource) => store.list(resource).map((object) => ({ resource, object })));
}

export function collect(store: Store, now: string): void {
  const all = everything(store);
  const alive = new Set(all.map(({ object }) => object.metadata.uid));
  const foregroundOwners = new Set(
    all
      .filter(({ object }) => (object.metadata.finalizers ?? []).includes(foreground))
      .map(({ object }) => object.metadata.uid),
  );
  for (const { resource, object } of all) {
    const owners = object.metadata.ownerReferences ?? [];
    const lost = owners.length > 0 && owners.every(({ uid }) => !alive.has(uid) || foregroundOwners.has(uid));
    if (lost && !object.metadata.deletionTimestamp) deleteObject(store, resource, object, {}, now);
  }
  for (const { resource, object } of everything(store)) finish(store, resource, object);
  for (const namespace of store.all("Namespace")) {
    if (namespace.metadata.deletionTimestamp) emptyNamespace(store, namespace.metadata.name, now);
  }
}

/** Takes away what only waited for its dependents or its finalizers. */
function finish(store: Store, resource: Resource, object: ApiObject): void {
  if (!object.metadata.deletionTimestamp || resource.kind === "Pod" || resource.kind === "Namespace") return;
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.some((one) => one !== foreground)) return;
  if (finalizers.includes(foreground) && dependents(store, object).length > 0) return;
  store.remove(resource, object.metadata.namespace, object.metadata.name);
}

function emptyNamespace(store: Store, name: string, now: string): void {
  let left = 0;
  for (const { resource, object } of everything(store)) {
    if (object.metadata.namespace !== name || keptByNamespaceDeletion.has(resource.kind)) continue;
    left += 1;
    if (!object.metadata.deletionTimestamp) deleteObject(store, resource, object, {}, now);
  }
  if (left > 0) return;
  for (const event of store.all("Event", name)) store.remove(resourceOf("Event"), name, event.metadata.name);
  store.remove(resourceOf("Namespace"), undefined, name);
}
