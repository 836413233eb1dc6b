// Runs a cell in each kernel of a dev environment's Jupyter and says what came of it.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const checkJupyter = command({
  id: "slipway.checkJupyter",
  title: "Check Jupyter Kernels",
  icon: "beaker",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bready\\b/",
      group: "2_reach@3",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).checkJupyter(app, ui, target);
  },
});
