// Suspending and resuming Jobs and CronJobs.
import type { App } from "../../../app/app.ts";
import type { Ui } from "../../ui.ts";
import { confirmChange, confirmWhereProtected, mayChange, whereLines } from "./change.ts";
import { chooseObject } from "./choose.ts";
import { mergePatch, patchTarget } from "./patch.ts";

export async function setSuspended(app: App, ui: Ui, target: unknown, suspend: boolean): Promise<void> {
  const title = suspend ? "Suspend what?" : "Resume what?";
  const object = await chooseObject(app, ui, target, title, ["Job", "CronJob"], {
    changes: true,
    hand: "changeable",
  });
  if (!object) return;
  const { context, kind, name } = object;
  mayChange(app, context);
  const verb = suspend ? "suspend" : "resume";
  // The pods of a Job that is suspended are deleted, and with them what they have done.
  const isLoss = suspend && kind === "Job";
  const ask = isLoss ? confirmChange : confirmWhereProtected;
  const sure = await ask(app, ui, {
    context,
    question: `${suspend ? "Suspend" : "Resume"} ${kind} ${name}?`,
    detail: [...whereLines(object), ...(isLoss ? ["", "Its running pods are ended."] : [])].join("\n"),
    action: suspend ? "Suspend" : "Resume",
    name,
  });
  if (!sure) return;
  const done = await patchTarget(app, ui, object, verb, mergePatch(object, { spec: { suspend } }));
  if (done) await ui.say("info", `${kind} ${name} is ${suspend ? "suspended" : "no longer suspended"}.`);
}
