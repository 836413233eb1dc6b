// Server-side apply: an object is sent as it stands in a manifest, and the server merges it.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { type ManifestObject, manifestWords } from "../../core/kube/manifestObject.ts";
import { field, list, text } from "../../core/kube/object.ts";
import { ApiFailure } from "./apiFailure.ts";
import type { Transport } from "./transport.ts";

/** What the fields that Slipway sets are marked with in the cluster. */
const FIELD_MANAGER = "slipway";

export interface ApplyOptions {
  /** For objects of a namespaced kind that name none. */
  namespace: string;
  /** The server checks it all, admission included, and changes nothing. */
  dryRun: boolean;
  /** Takes fields over that somebody else set. */
  force: boolean;
}

export type Applied =
  | { how: "created" | "changed" | "unchanged"; namespace: string | undefined }
  /** Somebody else set fields of it: the server's list of them. */
  | { how: "conflict"; namespace: string | undefined; with: string };

/** Where objects of a kind are. */
interface Resource {
  plural: string;
  isNamespaced: boolean;
}

/** @throws ApiFailure when the server refuses, Trouble when it does not know the kind. */
export async function applyObject(
  transport: Transport,
  target: ManifestObject,
  options: ApplyOptions,
  signal: Signal,
): Promise<Applied> {
  const root = target.apiVersion.includes("/") ? `/apis/${target.apiVersion}` : `/api/${target.apiVersion}`;
  const { plural, isNamespaced } = await resourceOf(transport, root, target, signal);
  const namespace = isNamespaced ? (target.namespace ?? options.namespace) : undefined;
  const place = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, fieldValidation: "Strict" });
  if (options.dryRun) query.set("dryRun", "All");
  if (options.force) query.set("force", "true");
  const path = `${root}${place}/${plural}/${encodeURIComponent(target.name)}`;
  const before = await versionOf(transport, path, signal);
  const body =
    namespace === undefined
      ? target.object
      : { ...target.object, metadata: { ...metadataOf(target), namespace } };
  try {
    const after = await transport.json(
      // JSON is YAML too.
      { method: "PATCH", path: `${path}?${query.toString()}`, body, type: "application/apply-patch+yaml" },
      signal,
    );
    if (before === undefined) return { how: "created", namespace };
    // A dry run gives the version that is there, whatever would change: only the generation tells.
    const isSame = options.dryRun
      ? before.generation !== undefined && before.generation === field(after, "metadata", "generation")
      : before.version === text(after, "metadata", "resourceVersion");
    return { how: isSame ? "unchanged" : "changed", namespace };
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 409 && error.message.includes("conflict"))
      return { how: "conflict", namespace, with: error.message };
    // The object itself need not be there: what is missing is where it is to go.
    if (error instanceof ApiFailure && error.status === 404) throw nowhere(target, namespace, error);
    throw (error instanceof ApiFailure && misfit(target, error)) || error;
  }
}

/** A field that the kind does not have is an error 500 of the server in server-side apply. */
function misfit(target: ManifestObject, error: ApiFailure): Trouble | undefined {
  const why = /^failed to create typed patch object \(.*?\): ([^]*)$/.exec(error.message)?.[1];
  if (why === undefined) return undefined;
  const text = `The server refused to apply ${manifestWords(target)}: ${why.trim()}`;
  return new Trouble("bad-input", text, { cause: error });
}

function nowhere(target: ManifestObject, namespace: string | undefined, error: ApiFailure): Trouble {
  const why = error.message.startsWith("namespaces ")
    ? `there is no namespace ${namespace ?? ""}. Create it, or put it into the manifest.`
    : error.message;
  return new Trouble("not-found", `Could not apply ${manifestWords(target)}: ${why}`, { cause: error });
}

function metadataOf(target: ManifestObject): Record<string, unknown> {
  const metadata = field(target.object, "metadata");
  return typeof metadata === "object" && metadata !== null ? { ...metadata } : {};
}

/** Of the object as it is; undefined when there is none, or when it may not be read. */
async function versionOf(
  transport: Transport,
  path: string,
  signal: Signal,
): Promise<{ version: string | undefined; generation: unknown } | undefined> {
  try {
    const object = await transport.json({ path }, signal);
    return {
      version: text(object, "metadata", "resourceVersion"),
      generation: field(object, "metadata", "generation"),
    };
  } catch (error) {
    if (error instanceof ApiFailure && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}

async function resourceOf(
  transport: Transport,
  root: string,
  { kind, apiVersion }: ManifestObject,
  signal: Signal,
): Promise<Resource> {
  let resources: readonly unknown[] = [];
  try {
    resources = list(await transport.json({ path: root }, signal), "resources");
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 404)) throw error;
  }
  for (const resource of resources) {
    const name = text(resource, "name");
    // `deployments/scale` has a kind too.
    if (name === undefined || name.includes("/") || text(resource, "kind") !== kind) continue;
    return { plural: name, isNamespaced: field(resource, "namespaced") === true };
  }
  throw new Trouble(
    "not-found",
    `The cluster has no kind ${kind} of ${apiVersion}: correct them, or install the CRD that brings it.`,
  );
}
