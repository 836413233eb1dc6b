// Sends one patch with a progress notification, as most small changes are.
import type { App } from "../../../app/app.ts";
import type { Patch } from "../../../app/stores/cluster/port.ts";
import { capital } from "../../../base/words.ts";
import type { KubeObject } from "../../../core/kube/object.ts";
import type { Ui } from "../../ui.ts";
import { type ObjectTarget, targetText } from "./choose.ts";
import { placeOf } from "./read.ts";

/** @param verb as `scale`. Gives the object as it is then; undefined when it was cancelled or refused. */
export function patchTarget(
  app: App,
  ui: Ui,
  target: ObjectTarget,
  verb: string,
  patch: Patch,
): Promise<KubeObject | undefined> {
  return ui.progress(`${capital(verb)}: ${targetText(target)}`, async (_progress, signal) => {
    const cluster = await app.clusters.open(target.context);
    return cluster.connection.patch(verb, await placeOf(cluster, target), patch, signal);
  });
}

/** A merge patch for this very object: one made anew under its name is left alone. */
export function mergePatch(target: ObjectTarget, change: Readonly<Record<string, unknown>>): Patch {
  return { type: "merge", body: { ...change, metadata: { uid: target.uid } } };
}

/** The object as it is now. */
export function readTarget(app: App, ui: Ui, target: ObjectTarget): Promise<KubeObject | undefined> {
  return ui.progress(`Reading ${targetText(target)}`, async (_progress, signal) => {
    const cluster = await app.clusters.open(target.context);
    return cluster.connection.get(await placeOf(cluster, target), signal);
  });
}
