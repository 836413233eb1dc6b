// Copies the local URL of a forwarded port.
import { command } from "../command.ts";
import { chooseForward } from "../rows/endpoints/choose.ts";

export const copyEndpointUrl = command({
  id: "slipway.copyEndpointUrl",
  title: "Copy Endpoint URL",
  icon: "copy",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.endpoints && viewItem =~ /\\bopen\\b/",
      group: "inline@2",
    },
  ],
  async run(app, ui, target) {
    const forward = await chooseForward(app, ui, target, "Copy Endpoint URL", ({ url }) => url !== undefined);
    if (forward?.url !== undefined) await ui.copy(forward.url);
  },
});
