// Resumes, starts or promotes an object of a cluster that is suspended, stopped or paused.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { turnObject } from "../rows/kube/turn.ts";

export const startObject = command({
  id: "slipway.startObject",
  title: "Resume or Start…",
  icon: "debug-start",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bstartable\\b/",
      group: "3_turn@1",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Resume or start which object?", undefined, {
      changes: true,
      hand: "startable",
    });
    if (object) await turnObject(app, ui, object, "on");
  },
});
