// Shows the panel GPU Usage, for the context, namespace or pod that was clicked.
import type { GpuChoice } from "../../app/stores/gpus.ts";
import { command } from "../command.ts";
import { chooseContext } from "../rows/kube/choose.ts";
import type { ClusterNode } from "../rows/kube/node.ts";

export const showGpuUsage = command<ClusterNode>({
  id: "slipway.showGpuUsage",
  title: "Show GPU Usage",
  icon: "pulse",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(context|nodes|namespace|gpuPod)\\b/",
      group: "inline@2",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(context|nodes|namespace|pod)\\b/",
      group: "1_read@5",
    },
  ],
  async run(app, ui, target) {
    const choice = choiceOf(target);
    if (choice) {
      await app.clusters.open(choice.context);
      app.gpus.choose(choice);
    } else if (!app.gpus.choice && app.clusters.opened.length === 0) {
      const context = await chooseContext(app, ui, "Show GPU usage of which cluster?");
      if (context === undefined) return;
      await app.clusters.open(context);
      app.gpus.choose({ context, filter: undefined });
    }
    await ui.showView("slipway.gpuUsage");
  },
});

function choiceOf(node: ClusterNode | undefined): GpuChoice | undefined {
  if (!node || node.context === undefined) return undefined;
  const { context } = node;
  if (node.type === "namespace") return { context, filter: { namespace: node.name, pod: undefined } };
  if (node.type === "object" && node.kind === "Pod" && node.namespace !== undefined)
    return { context, filter: { namespace: node.namespace, pod: node.name } };
  return { context, filter: undefined };
}
