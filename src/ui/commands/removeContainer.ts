// Removes a container after asking, also a running one.
import { command } from "../command.ts";
import { chooseContainer, isRunning } from "../rows/docker/choose.ts";

export const removeContainer = command({
  id: "slipway.removeContainer",
  title: "Remove Container…",
  icon: "trash",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bcontainer\\b/",
      group: "9_remove@1",
    },
  ],
  async run(app, ui, target) {
    const container = await chooseContainer(
      app,
      ui,
      target,
      "Remove which container?",
      () => true,
      "There are no containers.",
    );
    if (!container) return;
    const sure = await ui.confirm(
      `Remove the container ${container.name}?`,
      `${isRunning(container) ? "It is running and will be killed. " : ""}What was written inside it, outside of volumes with a name, is lost.\nImage: ${container.image}`,
      "Remove",
    );
    if (!sure) return;
    await ui.progress(`Removing ${container.name}`, (_progress, signal) =>
      app.containers.engine.removeContainer(container.id, signal),
    );
  },
});
