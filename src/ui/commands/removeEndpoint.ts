// Stops a forward and takes its row away.
import { command } from "../command.ts";
import { chooseForward } from "../rows/endpoints/choose.ts";

export const removeEndpoint = command({
  id: "slipway.removeEndpoint",
  title: "Remove Endpoint",
  icon: "trash",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.endpoints && viewItem =~ /\\bendpoint\\b/",
      group: "9_remove@1",
    },
  ],
  async run(app, ui, target) {
    const forward = await chooseForward(app, ui, target, "Remove Endpoint", () => true);
    if (forward) app.forwards.remove(forward);
  },
});
