// Runs an image with GPUs: looks whether the engine can before it starts, and asks nvidia-smi after.
import { command } from "../command.ts";
import { chooseImage } from "../rows/docker/choose.ts";
import { runWithGpusOn } from "../rows/docker/run.ts";

export const runWithGpus = command({
  id: "slipway.runWithGpus",
  title: "Run with GPUs…",
  icon: "chip",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bimage\\b/",
      group: "1_run@2",
    },
  ],
  async run(app, ui, target) {
    const image = await chooseImage(app, ui, target, "Run which image with GPUs?");
    if (image !== undefined) await runWithGpusOn(app, ui, image);
  },
});
