// A rollout as a progress notification that can be left at any time, and how it ended.
import type { App } from "../../../app/app.ts";
import { followRollout } from "../../../app/jobs/rollout.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { Ui } from "../../ui.ts";
import { type ObjectTarget, targetText } from "./choose.ts";
import { placeOf } from "./read.ts";

/** What has rollouts. */
export const rollingKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

/** Menus of these rows. */
export const whenRolling =
  "view == slipway.clusters && viewItem =~ /\\b(deployment|statefulSet|daemonSet)\\b/";

export async function showRollout(app: App, ui: Ui, target: ObjectTarget): Promise<void> {
  const ended = await ui.progress(`Rollout of ${targetText(target)}`, async (progress, signal) => {
    const cluster = await app.clusters.open(target.context);
    return followRollout(
      cluster.connection,
      { place: await placeOf(cluster, target), uid: target.uid },
      ({ text, fraction }) => progress.report(text, fraction),
      signal,
    );
  });
  if (!ended) return;
  const what = `The rollout of ${target.kind} ${target.name}`;
  if (ended.state === "failed") throw new Trouble("failed", `${what} does not go on: ${ended.text}`);
  await ui.say("info", `${what} is done: ${ended.text}.`);
}
