// Ends all connections to a context.
import { command } from "../command.ts";
import { chooseContext } from "../rows/kube/choose.ts";
import type { ClusterNode } from "../rows/kube/node.ts";

export const closeCluster = command({
  id: "slipway.closeCluster",
  title: "Close Cluster",
  icon: "debug-disconnect",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bopenContext\\b/",
      group: "inline@1",
    },
  ],
  async run(app, ui, target) {
    const node = target as ClusterNode | undefined;
    const context =
      node?.type === "context"
        ? node.context
        : await chooseContext(app, ui, "Close which context?", { open: true });
    if (context !== undefined) app.clusters.close(context);
  },
});
