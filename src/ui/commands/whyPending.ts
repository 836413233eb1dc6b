// Says why a pod, or the pods of a workload, do not run yet, and what would change that.
import { readPending } from "../../app/jobs/pending.ts";
import { readPlacement } from "../../app/jobs/placement.ts";
import { isResource, kindWord } from "../../core/kube/kind.ts";
import { text } from "../../core/kube/object.ts";
import { command } from "../command.ts";
import { chooseObject, podKinds } from "../rows/kube/choose.ts";
import { placeOf } from "../rows/kube/read.ts";

/** Its arithmetic is too large for activation. */
const knowledge = () =>
  Promise.all([
    import("../../core/kube/scheduling/workload.ts"),
    import("../../core/kube/scheduling/pendingReport.ts"),
  ]);

export const whyPending = command({
  id: "slipway.whyPending",
  title: "Why Pending?",
  icon: "question",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bwaiting\\b/",
      group: "1_read@4",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Why is what Pending?", podKinds);
    if (!object) return;
    const subject = `${kindWord(object.kind)} ${object.name}`;
    const report = await ui.progress(`Looking why ${subject} does not run`, async (progress, signal) => {
      const cluster = await app.clusters.open(object.context);
      const { connection } = cluster;
      const found = await connection.get(await placeOf(cluster, object), signal);
      const row = isResource(object.kind) ? cluster.row(object.kind, object.uid) : undefined;
      const selects = row && "selects" in row ? row.selects : undefined;
      const pending = await readPending(connection, found, selects, app.clock.now(), signal);
      const readAt = new Date(app.clock.now()).toLocaleTimeString();
      const [{ wantedPods }, { pendingReport }] = await knowledge();
      const wanted =
        pending.isAboutNodes && pending.pod ? wantedPods(pending.pod, object.namespace ?? "") : [];
      const placement =
        wanted.length === 0
          ? undefined
          : await readPlacement(connection, wanted, (step) => progress.report(step), signal);
      const name = pending.pod && text(pending.pod, "metadata", "name");
      return pendingReport({
        subject,
        context: object.context,
        readAt,
        pending,
        ...(name === undefined || name === object.name ? {} : { pod: name }),
        ...(placement ? { placement } : {}),
      });
    });
    if (report !== undefined)
      await ui.document(`Why ${subject} is Pending (${object.context})`, "plaintext", report);
  },
});
