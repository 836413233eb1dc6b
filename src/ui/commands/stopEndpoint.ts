// Stops a forward; its row stays, to start it again.
import { command } from "../command.ts";
import { chooseForward } from "../rows/endpoints/choose.ts";

export const stopEndpoint = command({
  id: "slipway.stopEndpoint",
  title: "Stop Endpoint",
  icon: "debug-stop",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.endpoints && viewItem =~ /\\brunning\\b/",
      group: "inline@3",
    },
  ],
  async run(app, ui, target) {
    const forward = await chooseForward(
      app,
      ui,
      target,
      "Stop Endpoint",
      ({ state }) => state.kind !== "stopped",
    );
    forward?.stop();
  },
});
