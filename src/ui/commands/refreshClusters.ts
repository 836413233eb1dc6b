// Reads the kubeconfig again, and asks again where a cluster refused or could not be reached.
import { command } from "../command.ts";

export const refreshClusters = command({
  id: "slipway.refreshClusters",
  title: "Refresh Clusters",
  icon: "refresh",
  menus: [{ place: "view/title", when: "view == slipway.clusters", group: "navigation@9" }],
  async run(app) {
    await app.clusters.refresh();
    app.localClusters.refresh();
  },
});
