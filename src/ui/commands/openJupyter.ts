// Opens the Jupyter of a dev environment in the browser, with its token; starts one where none runs.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const openJupyter = command({
  id: "slipway.openJupyter",
  title: "Open Jupyter in Browser",
  icon: "link-external",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bready\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\b(running|pod)\\b/",
      group: "2_reach@1",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).openJupyter(app, ui, target);
  },
});
