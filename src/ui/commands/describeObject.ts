// Shows an object of a cluster in words, with its events.
import { kindWord } from "../../core/kube/kind.ts";
import { command } from "../command.ts";
import { chooseObject, targetText } from "../rows/kube/choose.ts";
import { describe } from "../rows/kube/read.ts";

export const describeObject = command({
  id: "slipway.describeObject",
  title: "Describe Kubernetes Object",
  icon: "info",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bobject\\b/",
      group: "inline@1",
    },
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bobject\\b/",
      group: "1_read@1",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Describe which object?");
    if (!object) return;
    const text = await ui.progress(`Reading ${targetText(object)}`, (_progress, signal) =>
      describe(app, object, signal),
    );
    if (text !== undefined)
      await ui.document(`${kindWord(object.kind)} ${object.name} (${object.context})`, "plaintext", text);
  },
});
