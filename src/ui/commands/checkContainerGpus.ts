// Asks nvidia-smi inside a running container which GPUs it sees; its answer is the container's badge.
import { command } from "../command.ts";
import { chooseContainer, isRunning } from "../rows/docker/choose.ts";
import { checkText } from "../rows/docker/run.ts";

export const checkContainerGpus = command({
  id: "slipway.checkContainerGpus",
  title: "Check GPUs in Container",
  icon: "chip",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\brunning\\b/",
      group: "1_run@4",
    },
  ],
  async run(app, ui, target) {
    const container = await chooseContainer(
      app,
      ui,
      target,
      "Check the GPUs of which container?",
      isRunning,
      "No container is running.",
    );
    if (!container) return;
    const check = await ui.progress(`Asking nvidia-smi in ${container.name}`, (_progress, signal) =>
      app.containers.checkGpu(container.id, signal),
    );
    if (check) await ui.say(check.kind === "verified" ? "info" : "warning", checkText(container.name, check));
  },
});
