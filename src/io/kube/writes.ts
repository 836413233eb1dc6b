// Writes to single objects, each bound to the uid that it was meant for.
import type { Signal } from "../../base/signal.ts";
import { type Kind, resourcePath } from "../../core/kube/kind.ts";
import { type KubeObject, list, text } from "../../core/kube/object.ts";
import { ApiFailure } from "./apiFailure.ts";
import type { Transport } from "./transport.ts";

/** What the fields that Slipway sets are marked with in the cluster. */
export const fieldManager = "slipway";

export interface Patch {
  type: "merge" | "json" | "strategic";
  body: unknown;
  /** A part of the object that has a path of its own. */
  subresource?: "scale" | "status" | "ephemeralcontainers";
}

interface Place {
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

const MEDIA_TYPES: Readonly<Record<Patch["type"], string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** The patch says itself which uid it is for. @throws ApiFailure; 409 when the object is another one by now. */
export async function patchObject(
  transport: Transport,
  { kind, namespace, name }: Place,
  patch: Patch,
  signal: Signal,
): Promise<KubeObject> {
  const { type, body, subresource } = patch;
  const path = `${resourcePath(kind, namespace, name)}${subresource === undefined ? "" : `/${subresource}`}`;
  const query = new URLSearchParams({ fieldManager });
  try {
    return await transport.json(
      { method: "PATCH", path: `${path}?${query.toString()}`, body, type: MEDIA_TYPES[type] },
      signal,
    );
  } catch (error) {
    throw isOtherObject(error, patch) ? new ApiFailure(409, "Conflict", error.message) : error;
  }
}

/** A patch for another uid is refused as one that changes it; of a JSON patch whose test failed the server says no more. */
function isOtherObject(error: unknown, { type }: Patch): error is ApiFailure {
  if (!(error instanceof ApiFailure) || error.status !== 422) return false;
  return type === "json"
    ? error.message.startsWith("the server rejected our request due to an error in our request")
    : error.message.includes("metadata.uid: Invalid value");
}

export function createObject(
  transport: Transport,
  kind: Kind,
  namespace: string | undefined,
  object: KubeObject,
  signal: Signal,
): Promise<KubeObject> {
  const query = new URLSearchParams({ fieldManager });
  const path = `${resourcePath(kind, namespace)}?${query.toString()}`;
  return transport.json({ method: "POST", path, body: object }, signal);
}

/**
 * Puts an object in place of what is there. It names the uid and the resourceVersion that it was made from.
 * @param dryRun the server checks it all and changes nothing.
 * @throws ApiFailure; 409 when it is another by now.
 */
export function replaceObject(
  transport: Transport,
  { kind, namespace, name }: Place,
  { object, dryRun }: { object: KubeObject; dryRun: boolean },
  signal: Signal,
): Promise<KubeObject> {
  const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict" });
  if (dryRun) query.set("dryRun", "All");
  const path = `${resourcePath(kind, namespace, name)}?${query.toString()}`;
  return transport.json({ method: "PUT", path, body: object }, signal);
}

/**
 * evicted: the pod is asked to end · gone: it is no longer there · held: a PodDisruptionBudget says not now, in the
 * server's words.
 */
export type Eviction = { how: "evicted" | "gone" } | { how: "held"; why: string };

/** Asks a pod to leave its node. @throws ApiFailure */
export async function evictPod(
  transport: Transport,
  pod: { namespace: string; name: string; uid: string },
  signal: Signal,
): Promise<Eviction> {
  const { namespace, name, uid } = pod;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
  const body = {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
    deleteOptions: { preconditions: { uid } },
  };
  try {
    await transport.json({ method: "POST", path, body, refusesOnlyThis: true }, signal);
    return { how: "evicted" };
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    // One of the same name with another uid is another pod.
    if (error.status === 404 || error.status === 409) return { how: "gone" };
    if (error.status === 429) return { how: "held", why: budgetWords(error) };
    throw error;
  }
}

/** `The disruption budget train needs 2 healthy pods and has 2 currently`. */
function budgetWords({ details, message }: ApiFailure): string {
  const cause = list(details, "causes").find((one) => text(one, "reason") === "DisruptionBudget");
  return (text(cause, "message") ?? message).replace(/\.$/, "");
}
