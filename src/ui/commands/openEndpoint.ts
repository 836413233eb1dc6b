// Opens a forwarded port in the browser.
import { command } from "../command.ts";
import { chooseForward } from "../rows/endpoints/choose.ts";

export const openEndpoint = command({
  id: "slipway.openEndpoint",
  title: "Open Endpoint in Browser",
  icon: "link-external",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.endpoints && viewItem =~ /\\bopen\\b/",
      group: "inline@1",
    },
  ],
  async run(app, ui, target) {
    const forward = await chooseForward(
      app,
      ui,
      target,
      "Open Endpoint in Browser",
      ({ url }) => url !== undefined,
    );
    if (forward?.url !== undefined) await ui.openUrl(forward.url);
  },
});
