// Lets a Job or CronJob rest: no pods of it until it is resumed.
import { setSuspended } from "../rows/kube/suspend.ts";
import { command } from "../command.ts";

export const suspendWorkload = command({
  id: "slipway.suspendWorkload",
  title: "Suspend",
  icon: "debug-pause",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bgoing\\b/ && viewItem =~ /\\bchangeable\\b/",
      group: "3_change@4",
    },
  ],
  run: (app, ui, target) => setSuspended(app, ui, target, true),
});
