// Follows the log of a pod's container in a terminal.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { followLogs } from "../rows/kube/logs.ts";

export const showPodLogs = command({
  id: "slipway.showPodLogs",
  title: "Show Pod Logs",
  icon: "output",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bloggable\\b/",
      group: "inline@2",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bloggable\\b/",
      group: "1_read@3",
    },
  ],
  async run(app, ui, target) {
    const pod = await chooseObject(app, ui, target, "Show the log of which pod?", ["Pod"], {
      hand: "loggable",
    });
    if (pod) await followLogs(app, ui, pod, false);
  },
});
