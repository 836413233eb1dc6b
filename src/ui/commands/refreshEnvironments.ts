// Looks at the dev environments again.
import { command } from "../command.ts";

export const refreshEnvironments = command({
  id: "slipway.refreshEnvironments",
  title: "Refresh Dev Environments",
  icon: "refresh",
  menus: [{ place: "view/title", when: "view == slipway.environments", group: "navigation@9" }],
  async run(app) {
    (await app.environments()).refresh();
  },
});
