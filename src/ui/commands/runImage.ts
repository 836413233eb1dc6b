// Runs an image as it is.
import { command } from "../command.ts";
import { chooseImage } from "../rows/docker/choose.ts";
import { runPlain } from "../rows/docker/run.ts";

export const runImage = command({
  id: "slipway.runImage",
  title: "Run Image",
  icon: "play",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bimage\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bimage\\b/",
      group: "1_run@1",
    },
  ],
  async run(app, ui, target) {
    const image = await chooseImage(app, ui, target, "Run which image?");
    if (image !== undefined) await runPlain(app, ui, image);
  },
});
