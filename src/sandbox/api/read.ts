// get, list and watch.
import type { World } from "../world.ts";
import { type Call, sendJson } from "./call.ts";
import { badRequest, expired } from "./failure.ts";
import { apiVersionOf } from "./resources.ts";
import { fieldSelector, labelSelector } from "./selectors.ts";
import { formOf, partialMetadata, tableOf } from "./table.ts";
import type { Target } from "./target.ts";
import { watch } from "./watch.ts";

export function read(world: World, call: Call, target: Target): void {
  const { query } = call;
  if (target.name !== undefined) {
    getOne(world, call, target, target.name);
    return;
  }
  const labels = labelSelector(query.get("labelSelector"));
  const fields = fieldSelector(query.get("fieldSelector"), target.resource.kind);
  const matches = (object: Parameters<typeof labels>[0]) => labels(object) && fields(object);
  const form = formOf(call.request.headers.accept);
  const watching = query.get("watch");
  if (watching === "true" || watching === "1") {
    const { resource, namespace } = target;
    watch(world.store, world.clock, { resource, namespace, matches, form, query }, call.response);
    return;
  }
  const { resource, namespace } = target;
  let objects = world.store.list(resource, namespace).filter(matches);
  const metadata: Record<string, unknown> = { resourceVersion: String(world.store.revision) };
  const limit = Number(query.get("limit") ?? 0);
  const from = continueFrom(query.get("continue"), world.store.oldest);
  if (from) {
    objects = objects.filter((object) => placeOf(object) > from.after);
    metadata["resourceVersion"] = String(from.revision);
  }
  if (limit > 0 && objects.length > limit) {
    const rest = objects.length - limit;
    objects = objects.slice(0, limit);
    const last = objects.at(-1);
    const revision = from?.revision ?? world.store.revision;
    const token = { revision, after: last ? placeOf(last) : "" };
    metadata["continue"] = Buffer.from(JSON.stringify(token)).toString("base64url");
    metadata["remainingItemCount"] = rest;
  }
  const now = world.clock.now();
  if (form === "table") {
    sendJson(call.response, 200, tableOf(resource.kind, objects, now, metadata, query.get("includeObject")));
    return;
  }
  const asMetadata = form === "metadata";
  sendJson(call.response, 200, {
    kind: asMetadata ? "PartialObjectMetadataList" : `${resource.kind}List`,
    apiVersion: asMetadata ? "meta.k8s.io/v1" : apiVersionOf(resource),
    metadata,
    items: asMetadata ? objects.map(partialMetadata) : objects,
  });
}

function getOne(world: World, call: Call, target: Target, name: string): void {
  const object = world.store.get(target.resource, target.namespace, name);
  const form = formOf(call.request.headers.accept);
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const include = call.query.get("includeObject");
  if (form === "table") {
    const table = tableOf(target.resource.kind, [object], world.clock.now(), metadata, include);
    sendJson(call.response, 200, table);
  } else sendJson(call.response, 200, form === "metadata" ? partialMetadata(object) : object);
}

function placeOf(object: { metadata: { namespace?: string; name: string } }): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function continueFrom(token: string | null, oldest: number): { revision: number; after: string } | undefined {
  if (!token) return undefined;
  let parsed: { revision?: unknown; after?: unknown };
  try {
    parsed = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as typeof parsed;
  } catch {
    throw badRequest("continue key is not valid");
  }
  const { revision, after } = parsed;
  if (typeof revision !== "number" || typeof after !== "string")
    throw badRequest("continue key is not valid");
  if (revision < oldest) {
    throw expired("The provided continue parameter is too old to display a consistent list result.");
  }
  return { revision, after };
}
