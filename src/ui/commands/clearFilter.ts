// Shows all of a context again that its filter hid.
import { command } from "../command.ts";
import { contextOf } from "../rows/kube/namespaces.ts";

export const clearFilter = command({
  id: "slipway.clearFilter",
  title: "Clear Filter",
  icon: "filter-filled",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bfiltered\\b/",
      group: "inline@0",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bfiltered\\b/",
      group: "2_show@4",
    },
  ],
  async run(app, ui, target) {
    const context = await contextOf(app, ui, target, "Clear the filter of which context?");
    if (context !== undefined) app.looks.setFilter(context, "");
  },
});
