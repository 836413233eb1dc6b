// Starts a container that has ended.
import { command } from "../command.ts";
import { chooseContainer, isRunning } from "../rows/docker/choose.ts";

export const startContainer = command({
  id: "slipway.startContainer",
  title: "Start Container",
  icon: "debug-start",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bstopped\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bstopped\\b/",
      group: "1_run@1",
    },
  ],
  async run(app, ui, target) {
    const stopped = (container: Parameters<typeof isRunning>[0]) => !isRunning(container);
    const container = await chooseContainer(
      app,
      ui,
      target,
      "Start which container?",
      stopped,
      "No container is stopped.",
    );
    if (!container) return;
    await ui.progress(`Starting ${container.name}`, (_progress, signal) =>
      app.containers.engine.start(container.id, signal),
    );
  },
});
