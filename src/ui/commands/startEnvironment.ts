// Starts the container of a dev environment that has ended, and its Jupyter.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const startEnvironment = command({
  id: "slipway.startEnvironment",
  title: "Start Dev Environment",
  icon: "debug-start",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bcontainer\\b/ && viewItem =~ /\\bstopped\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bstopped\\b/",
      group: "1_run@2",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).startEnvironment(app, ui, target);
  },
});
