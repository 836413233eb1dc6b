// Copies the name of what is selected in the tree of clusters.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import type { ClusterNode } from "../rows/kube/node.ts";

export const copyObjectName = command({
  id: "slipway.copyObjectName",
  title: "Copy Kubernetes Name",
  icon: "copy",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(object|namespace|context|message)\\b/",
      group: "5_copy@1",
    },
  ],
  async run(app, ui, target) {
    const node = target as ClusterNode | undefined;
    if (node?.type === "context") await ui.copy(node.context);
    else if (node?.type === "message") await ui.copy(node.text);
    else if (node?.type === "namespace") await ui.copy(node.name);
    else {
      const object = await chooseObject(app, ui, target, "Copy the name of which object?");
      if (object) await ui.copy(object.name);
    }
  },
});
