// Starts a forward anew, whether it was stopped or runs.
import { command } from "../command.ts";
import { chooseForward } from "../rows/endpoints/choose.ts";

export const restartEndpoint = command({
  id: "slipway.restartEndpoint",
  title: "Start Endpoint Again",
  icon: "debug-restart",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.endpoints && viewItem =~ /\\bendpoint\\b/",
      group: "1_run@1",
    },
  ],
  async run(app, ui, target) {
    const forward = await chooseForward(app, ui, target, "Start Endpoint Again", () => true);
    if (forward) await ui.progress(`Forwarding ${forward.spec.name}`, () => forward.start());
  },
});
