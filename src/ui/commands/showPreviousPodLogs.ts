// Shows what a pod's container wrote before it was started again: why it crashed.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { followLogs } from "../rows/kube/logs.ts";

export const showPreviousPodLogs = command({
  id: "slipway.showPreviousPodLogs",
  title: "Show Pod Logs Before the Restart",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\brestarted\\b/ && viewItem =~ /\\bloggable\\b/",
      group: "1_read@4",
    },
  ],
  async run(app, ui, target) {
    const pod = await chooseObject(app, ui, target, "Show the earlier log of which pod?", ["Pod"], {
      hand: "loggable",
    });
    if (pod) await followLogs(app, ui, pod, true);
  },
});
