// Whether new pods are placed on a node.
import type { App } from "../../../app/app.ts";
import type { Patch } from "../../../app/stores/cluster/port.ts";
import type { Ui } from "../../ui.ts";
import { confirmWhereProtected, mayChange, whereLines } from "./change.ts";
import { chooseObject, type ObjectTarget } from "./choose.ts";
import { mergePatch, patchTarget } from "./patch.ts";

export async function setCordoned(app: App, ui: Ui, target: unknown, cordon: boolean): Promise<void> {
  const title = cordon ? "Keep new pods off which node?" : "Let new pods onto which node again?";
  const node = await chooseObject(app, ui, target, title, "Node", {
    changes: true,
    hand: "changeable",
  });
  if (!node) return;
  mayChange(app, node.context);
  const word = cordon ? "Cordon" : "Uncordon";
  const sure = await confirmWhereProtected(app, ui, {
    context: node.context,
    question: `${word} node ${node.name}?`,
    detail: whereLines(node).join("\n"),
    action: word,
    name: node.name,
  });
  if (!sure) return;
  const done = await patchTarget(app, ui, node, word.toLowerCase(), cordonPatch(node, cordon));
  if (!done) return;
  const now = cordon ? "gets no new pods; those on it stay" : "gets new pods again";
  await ui.say("info", `Node ${node.name} ${now}.`);
}

export function cordonPatch(node: ObjectTarget, cordon: boolean): Patch {
  return mergePatch(node, { spec: { unschedulable: cordon ? true : null } });
}
