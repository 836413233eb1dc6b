// Stops a cluster of this machine with the tool that made it.
import { command } from "../command.ts";
import { confirmChange, mayChange } from "../rows/kube/change.ts";
import { chooseLocal } from "../rows/kube/local.ts";

export const stopLocalCluster = command({
  id: "slipway.stopLocalCluster",
  title: "Stop Local Cluster…",
  icon: "debug-stop",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\blocalStop\\b/",
      group: "5_local@2",
    },
  ],
  async run(app, ui, target) {
    const local = await chooseLocal(app, ui, target, "Stop which cluster?");
    if (!local) return;
    const { context, cluster } = local;
    mayChange(app, context);
    const sure = await confirmChange(app, ui, {
      context,
      question: `Stop ${cluster.tool} cluster ${cluster.name}?`,
      detail: `Context: ${context}\n\nEverything in it ends, and comes back when it is started.`,
      action: "Stop",
      name: context,
    });
    if (!sure) return;
    const done = await ui.progress(`Stopping ${context}`, async (progress, signal) => {
      await app.localClusters.turn(cluster, "stop", (line) => progress.report(line), signal);
      return true;
    });
    // Nobody would answer: it is opened again when it was started.
    if (done) app.clusters.close(context);
  },
});
