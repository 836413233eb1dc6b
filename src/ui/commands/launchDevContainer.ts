// Launches a dev container, and ends with its Jupyter server.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const launchDevContainer = command({
  id: "slipway.launchDevContainer",
  title: "Launch Dev Container",
  icon: "rocket",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bdevcontainer\\b/ && viewItem =~ /\\b(absent|stopped|quiet)\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bdevcontainer\\b/",
      group: "1_run@1",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).launchDevContainer(app, ui, target);
  },
});
