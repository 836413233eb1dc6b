// create, update, patch and delete.
import { randomUUID } from "node:crypto";
import { type DeleteOptions, deleteObject } from "../control/collector.ts";
import { type ApiObject, timestamp, type Workload } from "../object.ts";
import type { World } from "../world.ts";
import { admit } from "./admission.ts";
import { type Call, readJson, sendJson } from "./call.ts";
import { ApiFailure, badRequest, invalid } from "./failure.ts";
import { applyPatch, type PatchType, patchType } from "./patch.ts";
import { apiVersionOf, isCustom, qualifiedName, type Resource, resourceOf } from "./resources.ts";
import { fieldSelector, labelSelector } from "./selectors.ts";
import { missing, type NewObject } from "./store.ts";
import { formOf, tableOf } from "./table.ts";
import type { Target } from "./target.ts";

function isDry(call: Call): boolean {
  return call.query.get("dryRun") === "All";
}

function send(world: World, call: Call, code: number, resource: Resource, object: object): void {
  if (formOf(call.request.headers.accept) === "table") {
    const table = tableOf(resource.kind, [object as ApiObject], world.clock.now(), {}, null);
    sendJson(call.response, code, table);
  } else sendJson(call.response, code, object);
}

export async function create(world: World, call: Call, target: Target): Promise<void> {
  const { resource, namespace } = target;
  const admitted = admit(resource, await readJson(call.request), namespace);
  requireNamespace(world, resource, namespace);
  send(world, call, 201, resource, keep(world, resource, admitted, isDry(call)));
}

/** A namespace that is not there or going away takes nothing new. */
function requireNamespace(world: World, resource: Resource, namespace: string | undefined): void {
  if (!resource.namespaced || namespace === undefined) return;
  const found = world.store.find(resourceOf("Namespace"), undefined, namespace);
  if (!found) throw missing(resourceOf("Namespace"), namespace);
  if (found.metadata.deletionTimestamp) {
    throw new ApiFailure(
      403,
      "Forbidden",
      `${qualifiedName(resource)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}

function keep(world: World, resource: Resource, admitted: NewObject, dry: boolean): object {
  if (!dry) return world.store.create(resource, admitted);
  const metadata = {
    ...admitted.metadata,
    uid: randomUUID(),
    creationTimestamp: timestamp(world.clock.now()),
  };
  return { ...admitted, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
}

export async function update(world: World, call: Call, target: Target, name: string): Promise<void> {
  const { resource, namespace } = target;
  const given = await readJson(call.request);
  if (target.subresource === "scale") {
    const wanted = (given as { spec?: { replicas?: unknown } }).spec?.replicas;
    sendJson(call.response, 200, rescale(world, target, name, wanted));
    return;
  }
  const before = world.store.get(resource, namespace, name);
  send(world, call, 200, resource, place(world, target, before, given, isDry(call)));
}

export async function patch(world: World, call: Call, target: Target, name: string): Promise<void> {
  const { resource, namespace } = target;
  const type = patchType(call.request.headers["content-type"] ?? "");
  if (!type || (type === "strategic" && isCustom(resource))) {
    throw new ApiFailure(
      415,
      "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
    );
  }
  const given = await readJson(call.request);
  const before = world.store.find(resource, namespace, name);
  if (!before && type === "apply" && target.subresource === undefined) {
    const admitted = admit(resource, given, namespace);
    requireNamespace(world, resource, namespace);
    send(world, call, 201, resource, keep(world, resource, admitted, isDry(call)));
    return;
  }
  if (!before) throw missing(resource, name);
  if (target.subresource === "scale") {
    const scale = applyPatch(type, scaleOf(before as Workload), given) as { spec?: { replicas?: unknown } };
    sendJson(call.response, 200, rescale(world, target, name, scale.spec?.replicas));
    return;
  }
  const after = patched(type, before, given);
  send(world, call, 200, resource, place(world, target, before, after, isDry(call)));
}

function patched(type: PatchType, before: ApiObject, given: unknown): object {
  return applyPatch(type, before, given);
}

/** Puts what someone sent in place of what is there, as far as the path lets them. */
function place(world: World, target: Target, before: ApiObject, given: unknown, dry: boolean): object {
  const { resource, namespace } = target;
  const sent = given as Partial<ApiObject>;
  const revision = sent.metadata?.resourceVersion;
  if (revision && revision !== before.metadata.resourceVersion) {
    throw new ApiFailure(
      409,
      "Conflict",
      `Operation cannot be fulfilled on ${qualifiedName(resource)} "${before.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
      { name: before.metadata.name, group: resource.group, kind: resource.plural },
    );
  }
  const statusOnly = target.subresource === "status";
  const ownsStatus = resource.subresources.includes("status");
  const admitted = admit(resource, given, namespace) as unknown as ApiObject;
  if (admitted.metadata.name !== before.metadata.name) {
    throw badRequest("the name of the object does not match the name on the URL");
  }
  // What is not the sender's to write stays: the status on the main path, everything else on its own.
  const next = statusOnly
    ? { ...before, ...(sent.status ? { status: sent.status } : {}) }
    : { ...admitted, ...(ownsStatus && before.status ? { status: before.status } : {}) };
  next.metadata = statusOnly ? before.metadata : guardedMetadata(before, admitted);
  if (!statusOnly) refuseImmutable(resource, before, next);
  return dry ? next : world.store.replace(resource, next);
}

/** What the server writes into metadata stays as it was, whatever was sent. */
function guardedMetadata(before: ApiObject, sent: ApiObject): ApiObject["metadata"] {
  const { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } =
    before.metadata;
  const metadata = { ...sent.metadata, uid, creationTimestamp };
  delete metadata.generation;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  return {
    ...metadata,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
}

function refuseImmutable(resource: Resource, before: ApiObject, next: ApiObject): void {
  const name = before.metadata.name;
  const same = (path: string) => {
    const at = (object: ApiObject) =>
      JSON.stringify((object.spec as Record<string, unknown> | undefined)?.[path]);
    return at(before) === at(next);
  };
  if (resource.kind === "Pod") {
    const frozen = (object: ApiObject) => {
      const {
        containers,
        tolerations: _,
        activeDeadlineSeconds: __,
        terminationGracePeriodSeconds: ___,
        ...rest
      } = object.spec as unknown as Record<string, unknown> & { containers: { image: string }[] };
      return JSON.stringify([rest, containers.map((one) => ({ ...one, image: "" }))]);
    };
    if (frozen(before) !== frozen(next)) {
      throw invalid(
        "Pod",
        "",
        name,
        "spec",
        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
      );
    }
  }
  if (resource.kind === "Job" && !same("template")) {
    throw invalid("Job", "batch", name, "spec.template", "Invalid value: {}: field is immutable");
  }
  if (resource.group === "apps" && !same("selector")) {
    throw invalid(resource.kind, "apps", name, "spec.selector", "Invalid value: {}: field is immutable");
  }
}

export function scaleOf(object: Workload): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = Object.entries(object.spec.selector?.matchLabels ?? {});
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: object.spec.replicas ?? 1 },
    status: {
      replicas: object.status["replicas"] ?? 0,
      selector: labels.map(([key, value]) => `${key}=${value}`).join(","),
    },
  };
}

function rescale(world: World, target: Target, name: string, replicas: unknown): object {
  const { resource, namespace } = target;
  if (typeof replicas !== "number" || replicas < 0 || !Number.isInteger(replicas)) {
    throw invalid(
      "Scale",
      "autoscaling",
      name,
      "spec.replicas",
      `Invalid value: ${String(replicas)}: must be greater than or equal to 0`,
    );
  }
  const updated = world.store.update<Workload>(resource, namespace, name, (draft) => {
    draft.spec.replicas = replicas;
  });
  if (!updated) throw missing(resource, name);
  return scaleOf(updated);
}

export async function remove(world: World, call: Call, target: Target): Promise<void> {
  const { resource, namespace, name } = target;
  const options = deleteOptions(call, (await readJson(call.request)) as DeleteOptions);
  const now = timestamp(world.clock.now());
  if (name === undefined) {
    const labels = labelSelector(call.query.get("labelSelector"));
    const fields = fieldSelector(call.query.get("fieldSelector"), resource.kind);
    const objects = world.store.list(resource, namespace).filter((one) => labels(one) && fields(one));
    for (const object of objects) deleteObject(world.store, resource, object, options, now);
    sendJson(call.response, 200, {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(world.store.revision) },
      items: objects,
    });
    return;
  }
  const object = world.store.get(resource, namespace, name);
  const { preconditions } = options;
  if (preconditions?.uid && preconditions.uid !== object.metadata.uid) {
    throw new ApiFailure(
      409,
      "Conflict",
      `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": the UID in the precondition (${preconditions.uid}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  const left = isDry(call) ? object : deleteObject(world.store, resource, object, options, now);
  if (left.metadata.deletionTimestamp) {
    sendJson(call.response, 200, left);
    return;
  }
  sendJson(call.response, 200, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, group: resource.group, kind: resource.plural, uid: object.metadata.uid },
  });
}

function deleteOptions(call: Call, body: DeleteOptions): DeleteOptions {
  const grace = call.query.get("gracePeriodSeconds");
  const policy = call.query.get("propagationPolicy");
  return {
    ...body,
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
  };
}
