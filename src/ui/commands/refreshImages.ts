// Asks the Docker engine again now.
import { command } from "../command.ts";

export const refreshImages = command({
  id: "slipway.refreshImages",
  title: "Refresh Images & Containers",
  icon: "refresh",
  menus: [{ place: "view/title", when: "view == slipway.images", group: "navigation@9" }],
  async run(app) {
    app.containers.refresh();
  },
});
