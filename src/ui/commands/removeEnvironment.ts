// Removes the container of a dev environment after asking; its devcontainer.json stays.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const removeEnvironment = command({
  id: "slipway.removeEnvironment",
  title: "Remove Dev Environment…",
  icon: "trash",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bpresent\\b/",
      group: "9_remove@1",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).removeEnvironment(app, ui, target);
  },
});
