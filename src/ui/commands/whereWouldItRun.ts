// Says on which nodes the pods of a manifest, or of an object of a cluster, could run now, and what is in the way.
import type { App } from "../../app/app.ts";
import { readPlacement } from "../../app/jobs/placement.ts";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { condition, type KubeObject, text } from "../../core/kube/object.ts";
import { command } from "../command.ts";
import { chooseContext, chooseObject, podKinds, type ObjectTarget } from "../rows/kube/choose.ts";
import { placeOf } from "../rows/kube/read.ts";
import type { ClusterNode } from "../rows/kube/node.ts";
import type { Ui } from "../ui.ts";

/** Its knowledge of manifests is too large for activation. */
const knowledge = () =>
  Promise.all([
    import("../../core/kube/scheduling/workload.ts"),
    import("../../core/kube/scheduling/report.ts"),
    import("../../core/kube/manifest.ts"),
  ]);

export const whereWouldItRun = command<string | ClusterNode>({
  id: "slipway.whereWouldItRun",
  title: "Where Would It Run?",
  icon: "search",
  menus: [
    { place: "explorer/context", when: "resourceLangId == yaml", group: "7_slipway@3" },
    { place: "editor/context", when: "resourceLangId == yaml", group: "7_slipway@3" },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(pod|workload)\\b/",
      group: "1_read@5",
    },
  ],
  async run(app, ui, target) {
    const isRow = typeof target === "object";
    const source = isRow ? undefined : await ui.textOf(typeof target === "string" ? target : undefined);
    const [, , manifests] = await knowledge();
    const manifest = source ? manifests.readManifest(source.text) : undefined;
    if (source && manifest && "objects" in manifest) {
      const context = await chooseContext(app, ui, `Where would ${source.name} run? In which cluster?`);
      if (context === undefined) return;
      const objects = manifest.objects.map(({ object }) => object);
      await show(app, ui, context, source.name, async () => ({ objects }));
      return;
    }
    if (source && manifest && "problem" in manifest && typeof target === "string") {
      throw new Trouble("bad-input", `${source.name} can't be read. ${manifest.problem}`);
    }
    const object = await chooseObject(app, ui, target, "Where would what run?", podKinds);
    if (!object) return;
    await show(app, ui, object.context, `${object.kind} ${object.name}`, async (signal) => {
      const found = await readObject(app, object, signal);
      // A pod that has its place says nothing of where others like it would go.
      return { objects: [found], schedulerSays: text(condition(found, "PodScheduled"), "message") };
    });
  },
});

async function readObject(app: App, object: ObjectTarget, signal: Signal): Promise<KubeObject> {
  const cluster = await app.clusters.open(object.context);
  return cluster.connection.get(await placeOf(cluster, object), signal);
}

async function show(
  app: App,
  ui: Ui,
  context: string,
  subject: string,
  read: (signal: Signal) => Promise<{ objects: readonly KubeObject[]; schedulerSays?: string | undefined }>,
): Promise<void> {
  const [{ wantedPods }, { placementReport }] = await knowledge();
  const report = await ui.progress(`Looking where ${subject} would run`, async (progress, signal) => {
    const { connection, entry } = await app.clusters.open(context);
    const { objects, schedulerSays } = await read(signal);
    const wanted = objects.flatMap((object) => wantedPods(object, entry.namespace ?? "default"));
    const { nodes, pods, unseen } = await readPlacement(
      connection,
      wanted,
      (step) => progress.report(step),
      signal,
    );
    return placementReport({
      subject,
      context,
      pods,
      nodes,
      unseen,
      readAt: new Date(app.clock.now()).toLocaleTimeString(),
      schedulerSays,
    });
  });
  if (report !== undefined) await ui.document(`Where ${subject} would run (${context})`, "plaintext", report);
}
