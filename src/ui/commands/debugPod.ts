// Adds a container with tools to a running pod, and opens a terminal in it.
import { command } from "../command.ts";
import { mayChange } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { debugPod as debug } from "../rows/kube/debug.ts";

export const debugPod = command({
  id: "slipway.debugPod",
  title: "Add Debug Container to Pod…",
  icon: "debug-alt",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bdebuggable\\b/",
      group: "2_reach@3",
    },
  ],
  async run(app, ui, target) {
    const pod = await chooseObject(app, ui, target, "Debug which pod?", "Pod", {
      changes: true,
      hand: "debuggable",
    });
    if (!pod) return;
    mayChange(app, pod.context);
    await debug(app, ui, pod);
  },
});
