// Follows a container's log in a terminal, with its colours.
import { command } from "../command.ts";
import { chooseContainer } from "../rows/docker/choose.ts";
import { followLogs } from "../rows/docker/run.ts";

export const showContainerLogs = command({
  id: "slipway.showContainerLogs",
  title: "Show Container Logs",
  icon: "output",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bcontainer\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bcontainer\\b/",
      group: "1_run@1",
    },
  ],
  async run(app, ui, target) {
    const container = await chooseContainer(
      app,
      ui,
      target,
      "Show the logs of which container?",
      () => true,
      "There are no containers.",
    );
    if (container) await followLogs(app, ui, container);
  },
});
