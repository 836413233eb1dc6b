// Pulls an image by its name through the docker command line, which finds the credentials.
import { parseReference } from "../../core/image/reference.ts";
import { command } from "../command.ts";
import { isNode } from "../rows/docker/nodes.ts";
import { transfer } from "../rows/docker/transfer.ts";

export const pullImage = command({
  id: "slipway.pullImage",
  title: "Pull Image…",
  icon: "cloud-download",
  needsTrust: true,
  menus: [
    { place: "view/title", when: "view == slipway.images", group: "navigation@2" },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bnamed\\b/",
      group: "2_name@3",
    },
  ],
  async run(app, ui, target) {
    const image = await ui.input({
      title: "Pull Image",
      prompt: "Name of the image, as python:3.12-slim",
      value: isNode(target, "image") ? (target.tag ?? "") : "",
      check(text) {
        const reference = parseReference(text.trim());
        return "problem" in reference ? reference.problem : undefined;
      },
    });
    if (image !== undefined) await transfer(app, ui, "pull", image.trim());
  },
});
