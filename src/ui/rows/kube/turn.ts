// Stops an object for a while, or starts it again, in the words of its kind.
import type { App } from "../../../app/app.ts";
import type { Patch } from "../../../app/stores/cluster/port.ts";
import { Trouble } from "../../../base/trouble.ts";
import { kindWord } from "../../../core/kube/kind.ts";
import type { Ui } from "../../ui.ts";
import { confirmChange, mayChange } from "./change.ts";
import { type ObjectTarget, targetText } from "./choose.ts";
import { placeOf } from "./read.ts";

/** @param way `off`: stop or suspend · `on`: start or resume. */
export async function turnObject(app: App, ui: Ui, object: ObjectTarget, way: "off" | "on"): Promise<void> {
  const { context, namespace, name, uid } = object;
  mayChange(app, context);
  const cluster = await app.clusters.open(context);
  const place = await placeOf(cluster, object);
  const word = kindWord(object.kind);
  const turn = place.kind.switch?.[way];
  if (!turn) {
    const verb = way === "off" ? "stopped for a while" : "started again";
    throw new Trouble("bad-input", `A ${word} can't be ${verb}: delete it, or change its manifest.`);
  }
  const lines = [
    `Context: ${context}`,
    ...(namespace === undefined ? [] : [`Namespace: ${namespace}`]),
    `Kind: ${word}`,
    `Name: ${name}`,
    `\n${turn.detail}`,
  ];
  const question = `${turn.title} ${word} ${name}?`;
  const sure = await confirmChange(app, ui, {
    context,
    question,
    detail: lines.join("\n"),
    action: turn.title,
    name,
  });
  if (!sure) return;
  await ui.progress(`${turn.title}: ${targetText(object)}`, async (_progress, signal) => {
    const { connection } = cluster;
    const verb = turn.title.toLowerCase();
    await connection.patch(verb, place, mergePatch(uid, turn.patch(app.clock.now())), signal);
    if (!turn.statusPatch) return;
    const patch = { ...mergePatch(uid, turn.statusPatch()), subresource: "status" } as const;
    await connection.patch(verb, place, patch, signal);
  });
}

/** A merge patch for this very object: one made anew under its name is left alone. */
function mergePatch(uid: string, change: object): Patch {
  const { metadata } = change as { metadata?: object };
  return { type: "merge", body: { ...change, metadata: { ...metadata, uid } } };
}
