// Applies a manifest to a cluster: tried whole on the server first, then one object after the other.
import { type Clock, sleep } from "../../base/clock.ts";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { type ManifestObject, manifestWords } from "../../core/kube/manifestObject.ts";
import { field, text } from "../../core/kube/object.ts";
import type { Applied, FoundObject, ManifestApplier } from "../stores/cluster/port.ts";

export interface ApplyStep {
  target: ManifestObject;
  /** Undefined for what can't be tried: its namespace or its kind comes with the same manifest. */
  outcome: Applied | undefined;
}

/** `1/3 Deployment llm`. */
export type OnStep = (text: string, fraction: number) => void;

/**
 * Lets the server check every object, admission included; nothing changes.
 * @throws Trouble for the first that the server refuses.
 */
export function tryManifest(
  applier: ManifestApplier,
  objects: readonly ManifestObject[],
  namespace: string,
  onStep: OnStep,
  signal: Signal,
): Promise<ApplyStep[]> {
  const options = { namespace, dryRun: true, force: false };
  return eachObject(objects, onStep, (target) =>
    applier.apply(target, options, signal).catch((error: unknown) => {
      if (Trouble.is(error, "not-found") && comesWith(objects, target, namespace)) return undefined;
      throw error;
    }),
  );
}

/** A new kind is served a moment after its definition: tried so often, with so much time between. */
const KIND_TRIES = 40;
const KIND_WAIT_MS = 500;

/** @throws Trouble for the first that the server refuses, which says how many came before it. */
export async function applyManifest(
  applier: ManifestApplier,
  objects: readonly ManifestObject[],
  options: { namespace: string; force: boolean; clock: Clock },
  onStep: OnStep,
  signal: Signal,
): Promise<ApplyStep[]> {
  const { namespace, force, clock } = options;
  let done = 0;
  try {
    return await eachObject(objects, onStep, async (target) => {
      const outcome = await served(target);
      // As it was tried nobody else had set anything.
      if (outcome.how === "conflict")
        throw new Trouble(
          "conflict",
          `Somebody else has set fields of ${manifestWords(target)} meanwhile: apply again to see which.`,
          { detail: outcome.with },
        );
      done += 1;
      return outcome;
    });
  } catch (error) {
    throw Trouble.is(error) ? withDone(error, done, objects.length, "applied") : error;
  }

  async function served(target: ManifestObject): Promise<Applied> {
    for (let left = KIND_TRIES; ; left--) {
      try {
        return await applier.apply(target, { namespace, force, dryRun: false }, signal);
      } catch (error) {
        const mayCome = Trouble.is(error, "not-found") && left > 0 && comesWith(objects, target, namespace);
        if (!mayCome) throw error;
        await sleep(clock, KIND_WAIT_MS, signal);
      }
    }
  }
}

/** Deletes what was found, from the last to the first. @throws Trouble, which says how many were deleted before. */
export async function deleteFound(
  applier: ManifestApplier,
  found: readonly FoundObject[],
  onStep: OnStep,
  signal: Signal,
): Promise<void> {
  let done = 0;
  try {
    for (const one of found.toReversed()) {
      onStep(`${done + 1}/${found.length} ${manifestWords(one.target)}`, done / found.length);
      await applier.remove(one, signal);
      done += 1;
    }
  } catch (error) {
    throw Trouble.is(error) ? withDone(error, done, found.length, "deleted") : error;
  }
}

/** Those of the objects that are there. @throws Trouble */
export async function findManifest(
  applier: ManifestApplier,
  objects: readonly ManifestObject[],
  namespace: string,
  onStep: OnStep,
  signal: Signal,
): Promise<FoundObject[]> {
  const found: FoundObject[] = [];
  for (const [index, target] of objects.entries()) {
    onStep(`${index + 1}/${objects.length} ${manifestWords(target)}`, index / objects.length);
    const one = await applier.find(target, namespace, signal);
    if (one) found.push(one);
  }
  return found;
}

function withDone(trouble: Trouble, done: number, all: number, verb: string): Trouble {
  if (done === 0) return trouble;
  const { kind, text, cause, detail, remedy } = trouble;
  return new Trouble(
    kind,
    `${text} Before it ${done} of ${all} objects ${done === 1 ? "was" : "were"} ${verb}.`,
    {
      cause,
      ...(detail === undefined ? {} : { detail }),
      ...(remedy ? { remedy } : {}),
    },
  );
}

/** One after the other: a later object may need an earlier one. */
async function eachObject(
  objects: readonly ManifestObject[],
  onStep: OnStep,
  send: (target: ManifestObject) => Promise<ApplyStep["outcome"]>,
): Promise<ApplyStep[]> {
  const steps: ApplyStep[] = [];
  for (const [index, target] of objects.entries()) {
    onStep(`${index + 1}/${objects.length} ${manifestWords(target)}`, index / objects.length);
    steps.push({ target, outcome: await send(target) });
  }
  return steps;
}

/** True when an earlier object of the manifest makes the namespace or the kind of this one. */
function comesWith(objects: readonly ManifestObject[], target: ManifestObject, namespace: string): boolean {
  const place = target.namespace ?? namespace;
  return objects.slice(0, objects.indexOf(target)).some((one) => {
    if (one.kind === "Namespace") return one.name === place;
    if (one.kind !== "CustomResourceDefinition") return false;
    return (
      text(field(one.object, "spec", "names"), "kind") === target.kind &&
      target.apiVersion.startsWith(`${text(one.object, "spec", "group") ?? ""}/`)
    );
  });
}
