// Stops a running container; it has 10 s to end by itself.
import { command } from "../command.ts";
import { chooseContainer, isRunning } from "../rows/docker/choose.ts";

export const stopContainer = command({
  id: "slipway.stopContainer",
  title: "Stop Container",
  icon: "debug-stop",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\brunning\\b/",
      group: "inline@2",
    },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\brunning\\b/",
      group: "1_run@3",
    },
  ],
  async run(app, ui, target) {
    const container = await chooseContainer(
      app,
      ui,
      target,
      "Stop which container?",
      isRunning,
      "No container is running.",
    );
    if (!container) return;
    await ui.progress(`Stopping ${container.name}`, (_progress, signal) =>
      app.containers.engine.stop(container.id, signal),
    );
  },
});
