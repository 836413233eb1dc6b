// Suspends, stops, holds or pauses an object of a cluster: what its kind has for it.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { turnObject } from "../rows/kube/turn.ts";

export const stopObject = command({
  id: "slipway.stopObject",
  title: "Suspend or Stop…",
  icon: "debug-pause",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bstoppable\\b/",
      group: "3_turn@1",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Suspend or stop which object?", undefined, {
      changes: true,
      hand: "stoppable",
    });
    if (object) await turnObject(app, ui, object, "off");
  },
});
