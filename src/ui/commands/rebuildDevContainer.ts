// Makes the container of a dev container anew, from its devcontainer.json as it stands now.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const rebuildDevContainer = command({
  id: "slipway.rebuildDevContainer",
  title: "Rebuild Dev Container…",
  icon: "tools",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bdevcontainer\\b/ && viewItem =~ /\\bpresent\\b/",
      group: "1_run@3",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).rebuildDevContainer(app, ui, target);
  },
});
