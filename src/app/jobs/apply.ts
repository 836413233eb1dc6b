// Applies a manifest to a cluster: tried whole on the server first, then one object after the other.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { type ManifestObject, manifestWords } from "../../core/kube/manifestObject.ts";
import { field, text } from "../../core/kube/object.ts";
import type { Applied, ClusterConnection } from "../stores/cluster/port.ts";

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
export async function tryManifest(
  connection: ClusterConnection,
  objects: readonly ManifestObject[],
  namespace: string,
  onStep: OnStep,
  signal: Signal,
): Promise<ApplyStep[]> {
  const steps: ApplyStep[] = [];
  for (const [index, target] of objects.entries()) {
    onStep(stepText(objects, index), index / objects.length);
    try {
      const options = { namespace, dryRun: true, force: false };
      steps.push({ target, outcome: await connection.apply(target, options, signal) });
    } catch (error) {
      if (!Trouble.is(error, "not-found") || !comesWith(objects, target, namespace)) throw error;
      steps.push({ target, outcome: undefined });
    }
  }
  return steps;
}

/** @throws Trouble for the first that the server refuses; what came before it is applied. */
export async function applyManifest(
  connection: ClusterConnection,
  objects: readonly ManifestObject[],
  options: { namespace: string; force: boolean },
  onStep: OnStep,
  signal: Signal,
): Promise<ApplyStep[]> {
  const steps: ApplyStep[] = [];
  for (const [index, target] of objects.entries()) {
    onStep(stepText(objects, index), index / objects.length);
    steps.push({ target, outcome: await connection.apply(target, { ...options, dryRun: false }, signal) });
  }
  return steps;
}

function stepText(objects: readonly ManifestObject[], index: number): string {
  const target = objects[index];
  return `${index + 1}/${objects.length} ${target ? manifestWords(target) : ""}`;
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
