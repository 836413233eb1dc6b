// Lets a Job or CronJob that rests go on.
import { setSuspended } from "../rows/kube/suspend.ts";
import { command } from "../command.ts";

export const resumeWorkload = command({
  id: "slipway.resumeWorkload",
  title: "Resume",
  icon: "debug-continue",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bsuspended\\b/ && viewItem =~ /\\bchangeable\\b/",
      group: "3_change@4",
    },
  ],
  run: (app, ui, target) => setSuspended(app, ui, target, false),
});
