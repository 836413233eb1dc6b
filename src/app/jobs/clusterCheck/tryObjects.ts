// Asks a cluster of every object of a manifest whether it would take it.
import type { Signal } from "../../../base/signal.ts";
import { groupOf } from "../../../core/kube/apiVersion.ts";
import type { ServerAnswer } from "../../../core/kube/live/answers.ts";
import type { ManifestObject } from "../../../core/kube/manifestObject.ts";
import { field, text } from "../../../core/kube/object.ts";
import type { ManifestTrier } from "../../stores/cluster/port.ts";

export interface TriedManifest {
  readonly answers: readonly ServerAnswer[];
  /** One sentence for each object that nobody could judge. */
  readonly unseen: readonly string[];
}

/** A server takes that many questions of one person at once without waiting. */
const AT_ONCE = 4;

/**
 * @param together what is applied with them: a namespace or kind among it is no fault.
 * @throws Trouble when the server can't be reached.
 */
export async function tryObjects(
  trier: ManifestTrier,
  objects: readonly ManifestObject[],
  namespace: string,
  step: (text: string, fraction: number) => void,
  signal: Signal,
  together: readonly ManifestObject[] = objects,
): Promise<TriedManifest> {
  const answers: ServerAnswer[] = [];
  const unseen: string[] = [];
  for (let index = 0; index < objects.length; index += AT_ONCE) {
    const some = objects.slice(index, index + AT_ONCE);
    step(`Trying ${words(some[0])}`, index / objects.length);
    const tried = await Promise.all(some.map((target) => trier.try(target, namespace, signal)));
    for (const [at, outcome] of tried.entries()) {
      const target = some[at];
      if (!target) continue;
      if (outcome.how === "unasked") unseen.push(`${words(target)} could not be tried: ${outcome.why}`);
      if (outcome.how === "answered") {
        const { refusal, warnings } = outcome;
        answers.push({ ...nameOf(target), ...(refusal ? { refusal } : {}), warnings });
      }
      if (outcome.how !== "homeless") continue;
      if (comesWith(together, target, namespace, outcome.lacks))
        unseen.push(`${words(target)} can be tried only once its ${outcome.lacks} is there.`);
      else
        answers.push({
          ...nameOf(target),
          refusal: homeless(target, namespace, outcome.lacks),
          warnings: [],
        });
    }
  }
  return { answers, unseen };
}

function homeless(target: ManifestObject, namespace: string, lacks: "namespace" | "kind") {
  const place = target.namespace ?? namespace;
  const message =
    lacks === "namespace"
      ? `The cluster has no namespace ${place}: create it, or put it into the manifest`
      : `The cluster has no kind ${target.kind} of ${target.apiVersion}: correct them, or install the CRD that brings it`;
  const named =
    lacks === "kind" ? "kind" : target.namespace === undefined ? "metadata.name" : "metadata.namespace";
  return { message, causes: [{ field: named, message }] };
}

function nameOf({ apiVersion, kind, name, namespace }: ManifestObject) {
  return { apiVersion, kind, name: name === "" ? undefined : name, namespace };
}

function words(target: ManifestObject | undefined): string {
  return `${target?.kind ?? ""} ${target?.name ?? ""}`.trim();
}

/** True when the same manifest makes the namespace or the kind of this object. */
function comesWith(
  objects: readonly ManifestObject[],
  target: ManifestObject,
  namespace: string,
  lacks: "namespace" | "kind",
): boolean {
  const place = target.namespace ?? namespace;
  return objects.some(({ kind, name, object }) => {
    if (lacks === "namespace") return kind === "Namespace" && name === place;
    return (
      kind === "CustomResourceDefinition" &&
      text(field(object, "spec", "names"), "kind") === target.kind &&
      text(object, "spec", "group") === groupOf(target.apiVersion)
    );
  });
}
