// Opens an object of a cluster as YAML that can be changed and saved.
import { command } from "../command.ts";
import { mayChange } from "../rows/kube/change.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { editLive } from "../rows/kube/edit.ts";

export const editYaml = command({
  id: "slipway.editYaml",
  title: "Edit Live YAML",
  icon: "edit",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\bobject\\b/ && viewItem =~ /\\beditable\\b/",
      group: "3_change@9",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Edit which object?", undefined, {
      changes: true,
      hand: "editable",
    });
    if (!object) return;
    mayChange(app, object.context);
    await editLive(app, ui, object);
  },
});
