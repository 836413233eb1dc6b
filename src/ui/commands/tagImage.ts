// Gives an image another name, for example the one it has in a registry.
import { tagProblem } from "../../core/image/reference.ts";
import { command } from "../command.ts";
import { chooseImage } from "../rows/docker/choose.ts";

export const tagImage = command({
  id: "slipway.tagImage",
  title: "Tag Image…",
  icon: "tag",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bimage\\b/",
      group: "2_name@1",
    },
  ],
  async run(app, ui, target) {
    const image = await chooseImage(app, ui, target, "Tag which image?");
    if (image === undefined) return;
    const tag = await ui.input({
      title: `Tag ${image}`,
      prompt: "New name, as registry.example.com/team/model:1",
      value: image.startsWith("sha256:") ? "" : image,
      check: tagProblem,
    });
    if (tag === undefined || tag === image) return;
    const done = await ui.progress(`Tagging ${image}`, async (_progress, signal) => {
      await app.containers.engine.tag(image, tag, signal);
      return true;
    });
    if (done) await ui.say("info", `${image} is now also ${tag}.`);
  },
});
