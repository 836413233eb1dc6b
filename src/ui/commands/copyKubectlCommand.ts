// Copies the kubectl command that shows an object, for a terminal or a colleague.
import { kubectlLine } from "../../core/kube/kubectlLine.ts";
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import type { ClusterNode } from "../rows/kube/node.ts";
import { placeOf } from "../rows/kube/read.ts";

export const copyKubectlCommand = command({
  id: "slipway.copyKubectlCommand",
  title: "Copy kubectl Command",
  icon: "terminal",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(object|namespace)\\b/",
      group: "5_copy@2",
    },
  ],
  async run(app, ui, target) {
    const node = target as ClusterNode | undefined;
    // A namespace that may not be read has a name all the same.
    const object =
      node?.type === "namespace"
        ? { context: node.context, kind: "Namespace" as const, name: node.name, namespace: undefined }
        : await chooseObject(app, ui, target, "Copy the kubectl command for which object?");
    if (!object) return;
    const { kind, namespace, name } = await placeOf(await app.clusters.open(object.context), object);
    await ui.copy(kubectlLine(object.context, kind, namespace, name));
  },
});
