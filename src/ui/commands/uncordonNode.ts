// Lets new pods onto a node again.
import { command } from "../command.ts";
import { setCordoned } from "../rows/kube/cordon.ts";

export const uncordonNode = command({
  id: "slipway.uncordonNode",
  title: "Uncordon Node",
  icon: "circle-large-outline",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bcordoned\\b/ && viewItem =~ /\\bchangeable\\b/",
      group: "3_change@1",
    },
  ],
  run: (app, ui, target) => setCordoned(app, ui, target, false),
});
