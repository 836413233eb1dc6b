// Copies the address of a dev environment's Jupyter with its token, and says what that means.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const copyJupyterUrl = command({
  id: "slipway.copyJupyterUrl",
  title: "Copy Jupyter URL with Token",
  icon: "copy",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\b(running|pod)\\b/",
      group: "2_reach@2",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).copyJupyterUrl(app, ui, target);
  },
});
