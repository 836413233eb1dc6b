// Stops the container of a dev environment; it has 10 s to end by itself.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const stopEnvironment = command({
  id: "slipway.stopEnvironment",
  title: "Stop Dev Environment",
  icon: "debug-stop",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\brunning\\b/",
      group: "inline@3",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\brunning\\b/",
      group: "1_run@2",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).stopEnvironment(app, ui, target);
  },
});
