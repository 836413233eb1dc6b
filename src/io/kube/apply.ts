// Server-side apply: an object is sent as it stands in a manifest, and the server merges it.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { changedFields } from "../../core/kube/changedFields.ts";
import { pathSegment } from "../../core/kube/kind.ts";
import { type ManifestObject, manifestWords } from "../../core/kube/manifestObject.ts";
import { type KubeObject, record, text } from "../../core/kube/object.ts";
import { ApiFailure } from "./apiFailure.ts";
import { Kinds } from "./kinds.ts";
import type { Transport } from "./transport.ts";
import { fieldManager } from "./writes.ts";

export interface ApplyOptions {
  /** For objects of a namespaced kind that name none. */
  namespace: string;
  /** The server checks it all, admission included, and changes nothing. */
  dryRun: boolean;
  /** Takes fields over that somebody else set. */
  force: boolean;
}

export type Applied =
  | { how: "created" | "unchanged"; namespace: string | undefined }
  | {
      how: "changed";
      namespace: string | undefined /** Which fields, as `spec.replicas`. */;
      fields: string[];
    }
  /** Somebody else set fields of it: the server's list of them. */
  | { how: "conflict"; namespace: string | undefined; with: string };

/** An object of a manifest, as the cluster has it. */
export interface FoundObject {
  target: ManifestObject;
  namespace: string | undefined;
  path: string;
  uid: string;
}

/** Applies the objects of one manifest. What the cluster says of their kinds is asked once for all of them. */
export class Applier {
  readonly #transport: Transport;
  readonly #kinds: Kinds;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#kinds = new Kinds(transport);
  }

  /** @throws ApiFailure when the server refuses, Trouble when it does not know the kind. */
  async apply(target: ManifestObject, options: ApplyOptions, signal: Signal): Promise<Applied> {
    try {
      const { list: place, namespace } = await this.#kinds.placeOf(target, options.namespace, signal);
      const path = `${place}/${pathSegment(target.name)}`;
      return await applyTo(this.#transport, path, namespace, target, options, signal);
    } finally {
      // Also when it failed: a kind is served a moment after its definition, and is asked for again.
      if (!options.dryRun) this.#kinds.mayHaveChanged();
    }
  }

  /**
   * Undefined when it is not there.
   * @param namespace for objects of a namespaced kind that name none.
   * @throws ApiFailure
   */
  async find(target: ManifestObject, namespace: string, signal: Signal): Promise<FoundObject | undefined> {
    try {
      const place = await this.#kinds.placeOf(target, namespace, signal);
      const path = `${place.list}/${pathSegment(target.name)}`;
      const uid = text(await this.#transport.json({ path }, signal), "metadata", "uid") ?? "";
      return { target, namespace: place.namespace, path, uid };
    } catch (error) {
      const isGone = error instanceof ApiFailure && error.status === 404;
      // A kind that is not there has no objects.
      if (isGone || Trouble.is(error, "not-found")) return undefined;
      throw error;
    }
  }

  /** Deletes that very object; one that is gone is gone. @throws ApiFailure; 409 when it is another by now. */
  async remove({ path, uid }: FoundObject, signal: Signal): Promise<void> {
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      preconditions: { uid },
      propagationPolicy: "Background",
    };
    try {
      await this.#transport.json({ method: "DELETE", path, body }, signal);
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 404)) throw error;
    }
  }
}

async function applyTo(
  transport: Transport,
  path: string,
  namespace: string | undefined,
  target: ManifestObject,
  options: ApplyOptions,
  signal: Signal,
): Promise<Applied> {
  const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict" });
  if (options.dryRun) query.set("dryRun", "All");
  if (options.force) query.set("force", "true");
  const before = await objectAt(transport, path, signal);
  const body = bodyOf(target, namespace);
  try {
    const after = await transport.json(
      // JSON is YAML too.
      { method: "PATCH", path: `${path}?${query.toString()}`, body, type: "application/apply-patch+yaml" },
      signal,
    );
    if (before === undefined) return { how: "created", namespace };
    // A dry run gives the version that is there, whatever would change.
    const fields = changedFields(before, after);
    const isSame = options.dryRun
      ? fields.length === 0
      : text(before, "metadata", "resourceVersion") === text(after, "metadata", "resourceVersion");
    return isSame ? { how: "unchanged", namespace } : { how: "changed", namespace, fields };
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

/** The object as it is sent: with the namespace that it goes into. */
export function bodyOf({ object }: Pick<ManifestObject, "object">, namespace: string | undefined): unknown {
  return namespace === undefined
    ? object
    : { ...object, metadata: { ...record(object, "metadata"), namespace } };
}

/** The object as it is; undefined when there is none, or when it may not be read. */
async function objectAt(transport: Transport, path: string, signal: Signal): Promise<KubeObject | undefined> {
  try {
    return await transport.json({ path }, signal);
  } catch (error) {
    if (error instanceof ApiFailure && (error.status === 404 || error.status === 403)) return undefined;
    throw error;
  }
}
