// Removes an image's name after asking, and the image itself when it was the last one.
import { command } from "../command.ts";
import { chooseImage } from "../rows/docker/choose.ts";

export const removeImage = command({
  id: "slipway.removeImage",
  title: "Remove Image…",
  icon: "trash",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bimage\\b/",
      group: "9_remove@1",
    },
  ],
  async run(app, ui, target) {
    const image = await chooseImage(app, ui, target, "Remove which image?");
    if (image === undefined) return;
    const sure = await ui.confirm(
      `Remove the image ${image}?`,
      "Its layers are deleted unless another name or container uses them. It can be built or pulled again.",
      "Remove",
    );
    if (!sure) return;
    await ui.progress(`Removing ${image}`, (_progress, signal) =>
      app.containers.engine.removeImage(image, signal),
    );
  },
});
