// Shows all namespaces of a context again.
import { command } from "../command.ts";
import { contextOf } from "../rows/kube/namespaces.ts";

export const showAllNamespaces = command({
  id: "slipway.showAllNamespaces",
  title: "Show All Namespaces",
  icon: "clear-all",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bsomeNamespaces\\b/",
      group: "2_show@2",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bonlyNamespaces\\b/",
      group: "inline@0",
    },
  ],
  async run(app, ui, target) {
    const context = await contextOf(app, ui, target, "Show all namespaces of which context?");
    if (context !== undefined) app.looks.showNamespaces(context, []);
  },
});
