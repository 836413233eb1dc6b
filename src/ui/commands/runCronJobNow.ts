// Makes a Job of a CronJob now, whatever its schedule says.
import { text } from "../../core/kube/object.ts";
import { jobOf } from "../../core/kube/cronJobRun.ts";
import { kindNamed } from "../../core/kube/kinds.ts";
import { Trouble } from "../../base/trouble.ts";
import { command } from "../command.ts";
import { confirmWhereProtected, mayChange, whereLines } from "../rows/kube/change.ts";
import { chooseObject, targetText } from "../rows/kube/choose.ts";
import { placeOf } from "../rows/kube/read.ts";

export const runCronJobNow = command({
  id: "slipway.runCronJobNow",
  title: "Run CronJob Now",
  icon: "play",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\brunnable\\b/",
      group: "3_change@1",
    },
  ],
  async run(app, ui, target) {
    const cronJob = await chooseObject(app, ui, target, "Run which CronJob now?", "CronJob", {
      changes: true,
      hand: "runnable",
    });
    if (!cronJob) return;
    const { context, name } = cronJob;
    mayChange(app, context);
    const sure = await confirmWhereProtected(app, ui, {
      context,
      question: `Run CronJob ${name} now?`,
      detail: whereLines(cronJob).join("\n"),
      action: "Run",
      name,
    });
    if (!sure) return;
    const made = await ui.progress(`Running ${targetText(cronJob)}`, async (_progress, signal) => {
      const cluster = await app.clusters.open(context);
      const { connection } = cluster;
      const now = await connection.get(await placeOf(cluster, cronJob), signal);
      if (text(now, "metadata", "uid") !== cronJob.uid) {
        throw new Trouble("conflict", `${targetText(cronJob)} was made anew: look at it again first.`);
      }
      // A name that says when it was made sorts well and is free.
      const job = jobOf(now, `now-${Math.floor(app.clock.now() / 100).toString(36)}`);
      const kind = kindNamed("Job");
      if (!kind) throw new Error("The kind Job is not known");
      const place = { kind, namespace: cronJob.namespace, name: text(job, "metadata", "name") ?? "" };
      return connection.create(place, job, signal);
    });
    if (made) await ui.say("info", `Job ${text(made, "metadata", "name") ?? ""} runs CronJob ${name} now.`);
  },
});
