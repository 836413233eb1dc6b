// Hides what does not match in a context: by name, label, status, kind, node, GPU, or whose it is.
import { filterHelp, readFilter } from "../../core/kube/rowFilter.ts";
import { command } from "../command.ts";
import { contextOf } from "../rows/kube/namespaces.ts";

export const filterCluster = command({
  id: "slipway.filterCluster",
  title: "Filter Cluster…",
  icon: "filter",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bcontext\\b/",
      group: "2_show@3",
    },
  ],
  async run(app, ui, target) {
    const context = await contextOf(app, ui, target, "Filter which context?");
    if (context === undefined) return;
    const text = await ui.input({
      title: `Filter ${context}`,
      prompt: filterHelp,
      placeholder: "llm status:pending,error gpu",
      value: app.looks.of(context).filter ?? "",
      check(typed) {
        const read = readFilter(typed);
        return "problem" in read ? read.problem : undefined;
      },
    });
    if (text !== undefined) app.looks.setFilter(context, text.trim());
  },
});
