// Keeps new pods off a node; those on it stay.
import { command } from "../command.ts";
import { setCordoned } from "../rows/kube/cordon.ts";

export const cordonNode = command({
  id: "slipway.cordonNode",
  title: "Cordon Node",
  icon: "circle-slash",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bschedulable\\b/ && viewItem =~ /\\bchangeable\\b/",
      group: "3_change@1",
    },
  ],
  run: (app, ui, target) => setCordoned(app, ui, target, true),
});
