// Chooses what the pods of a context stand under.
import { type GroupBy, groupings } from "../../core/kube/arrangement.ts";
import { command } from "../command.ts";
import { contextOf } from "../rows/kube/namespaces.ts";
import type { Choice } from "../ui.ts";

const WORDS: Readonly<Record<GroupBy, Omit<Choice<GroupBy>, "value">>> = {
  workload: { label: "Workload", icon: "layers", detail: "Pods under their Deployment, Job and the like" },
  node: { label: "Node", icon: "server", detail: "Pods under the node they run on" },
  status: { label: "Status", icon: "pulse", detail: "Pods under their status, what does not work first" },
  flat: { label: "Flat", icon: "list-flat", detail: "All of a namespace side by side" },
};

export const groupCluster = command({
  id: "slipway.groupCluster",
  title: "Group By…",
  icon: "group-by-ref-type",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bcontext\\b/",
      group: "2_show@5",
    },
  ],
  async run(app, ui, target) {
    const context = await contextOf(app, ui, target, "Group the pods of which context?");
    if (context === undefined) return;
    const now = app.looks.of(context).groupBy;
    const by = await ui.pick(
      `Group the pods of ${context} by`,
      groupings.map((one) => ({
        ...WORDS[one],
        ...(one === now ? { description: "now" } : {}),
        value: one,
      })),
    );
    if (by !== undefined) app.looks.setGroupBy(context, by);
  },
});
