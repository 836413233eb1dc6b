// Pushes an image to its registry through the docker command line, which finds the credentials.
import { command } from "../command.ts";
import { chooseImage } from "../rows/docker/choose.ts";
import { transfer } from "../rows/docker/transfer.ts";

export const pushImage = command({
  id: "slipway.pushImage",
  title: "Push Image",
  icon: "cloud-upload",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bnamed\\b/",
      group: "2_name@2",
    },
  ],
  async run(app, ui, target) {
    const image = await chooseImage(app, ui, target, "Push which image?");
    if (image !== undefined) await transfer(app, ui, "push", image);
  },
});
