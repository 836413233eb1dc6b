// Writes a dev container for notebooks, which uses a GPU where there is one.
import { command } from "../command.ts";

/** More than activation should load. */
const creation = () => import("../rows/environments/create.ts");

export const newJupyterDevContainer = command<unknown>({
  id: "slipway.newJupyterDevContainer",
  title: "New Jupyter Dev Container…",
  icon: "add",
  needsTrust: true,
  menus: [
    { place: "view/title", when: "view == slipway.environments", group: "navigation@1" },
    { place: "explorer/context", when: "explorerResourceIsFolder", group: "7_slipway@2" },
  ],
  async run(app, ui, target) {
    await (await creation()).newJupyterDevContainer(app, ui, typeof target === "string" ? target : undefined);
  },
});
