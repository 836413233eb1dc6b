// Starts a cluster of this machine with the tool that made it.
import { command } from "../command.ts";
import { mayChange } from "../rows/kube/change.ts";
import { chooseLocal } from "../rows/kube/local.ts";

export const startLocalCluster = command({
  id: "slipway.startLocalCluster",
  title: "Start Local Cluster",
  icon: "debug-start",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\blocalStart\\b/",
      group: "5_local@1",
    },
  ],
  async run(app, ui, target) {
    const local = await chooseLocal(app, ui, target, "Start which cluster?");
    if (!local) return;
    mayChange(app, local.context);
    const done = await ui.progress(`Starting ${local.context}`, async (progress, signal) => {
      await app.localClusters.turn(local.cluster, "start", (line) => progress.report(line), signal);
      return true;
    });
    // It may have come back at another port.
    if (done) await app.clusters.refresh();
  },
});
