// Reaches the Jupyter of a pod through a forward, and offers it as a kernel, in the browser, or its URL.
import { command } from "../command.ts";

/** More than activation should load. */
const actions = () => import("../rows/environments/actions.ts");

export const attachPodJupyter = command({
  id: "slipway.attachPodJupyter",
  title: "Attach to Jupyter in This Pod",
  icon: "notebook",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bforwardable\\b/ && viewItem =~ /\\b(pod|workload)\\b/",
      group: "2_reach@2",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bdetached\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.environments && viewItem =~ /\\bpod\\b/",
      group: "1_run@1",
    },
  ],
  async run(app, ui, target) {
    await (await actions()).attachPodJupyter(app, ui, target);
  },
});
