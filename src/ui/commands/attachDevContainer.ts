// Opens a window of VS Code inside the container of a dev environment, where Dev Containers is installed.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const attachDevContainer = command({
  id: "slipway.attachDevContainer",
  title: "Attach VS Code to This Container",
  icon: "remote",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\battachable\\b/",
      group: "2_reach@5",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).attachDevContainer(app, ui, target);
  },
});
