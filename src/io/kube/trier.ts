// Asks a server whether it would take an object: it does all that it does for a real one, and keeps nothing.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Refusal } from "../../core/kube/live/answers.ts";
import { type KubeObject, text } from "../../core/kube/object.ts";
import { ApiFailure, POLICY } from "./apiFailure.ts";
import { bodyOf } from "./apply.ts";
import { fieldManager } from "./writes.ts";
import { Kinds } from "./kinds.ts";
import type { ApiRequest, Transport } from "./transport.ts";

export type Tried =
  | { how: "answered"; refusal?: Refusal; warnings: readonly string[] }
  /** Where it is to go, or what it is, is not there. */
  | { how: "homeless"; lacks: "namespace" | "kind" }
  /** It could not be asked; the sentence says why. */
  | { how: "unasked"; why: string };

/** An object that may have no name yet (`generateName`). */
interface Target {
  object: KubeObject;
  apiVersion: string;
  kind: string;
  namespace: string | undefined;
}

/** A quota that changes at the same moment makes the server give up: it is asked again. */
const MOST_ATTEMPTS = 3;

export class Trier {
  readonly #transport: Transport;
  readonly #kinds: Kinds;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#kinds = new Kinds(transport);
  }

  /** @throws ApiFailure or another error for what says nothing about the object. */
  async try(target: Target, namespace: string, signal: Signal): Promise<Tried> {
    let place: Awaited<ReturnType<Kinds["placeOf"]>>;
    try {
      place = await this.#kinds.placeOf(target, namespace, signal);
    } catch (error) {
      if (Trouble.is(error, "not-found")) return { how: "homeless", lacks: "kind" };
      throw error;
    }
    const request = requestFor(target, place);
    for (let attempt = 1; ; attempt++) {
      try {
        const { warnings } = await this.#transport.jsonAndWarnings(request, signal);
        return { how: "answered", warnings: warningTexts(warnings) };
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        if (
          error.status === 409 &&
          /please apply your changes/.test(error.message) &&
          attempt < MOST_ATTEMPTS
        )
          continue;
        return judged(error);
      }
    }
  }
}

function requestFor(target: Target, place: { list: string; namespace: string | undefined }): ApiRequest {
  const name = text(target.object, "metadata", "name");
  const body = bodyOf(target, place.namespace);
  const query = new URLSearchParams({
    dryRun: "All",
    fieldManager,
    fieldValidation: "Strict",
    // What others have set is no fault of the manifest; the person is asked about it when it is applied.
    ...(name === undefined ? {} : { force: "true" }),
  }).toString();
  if (name === undefined) return { method: "POST", path: `${place.list}?${query}`, body };
  const path = `${place.list}/${encodeURIComponent(name)}?${query}`;
  // JSON is YAML too.
  return { method: "PATCH", path, body, type: "application/apply-patch+yaml" };
}

function judged(error: ApiFailure): Tried {
  const { status, message, causes } = error;
  const refused: Tried = { how: "answered", refusal: { message, causes }, warnings: [] };
  if (status === 404)
    return { how: "homeless", lacks: message.startsWith("namespaces ") ? "namespace" : "kind" };
  if (/does not support dry run/.test(message)) return { how: "unasked", why: message };
  if (status === 405 || (status === 403 && !POLICY.test(message))) return { how: "unasked", why: message };
  if (
    status === 400 ||
    status === 403 ||
    status === 409 ||
    status === 413 ||
    status === 415 ||
    status === 422
  )
    return refused;
  // A field that the kind does not have, and a webhook that does not answer, are errors of the server.
  if (
    status === 500 &&
    /failed to create typed patch object|failed to convert new object|webhook/.test(message)
  )
    return refused;
  throw error;
}

/** The texts of `299 - "first", 299 - "second"`. */
function warningTexts(header: string): string[] {
  const all = header.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return Array.from(all, ([, warning = ""]) => warning.replaceAll(/\\(.)/g, "$1"));
}
