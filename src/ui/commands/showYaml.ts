// Shows an object of a cluster as YAML.
import { command } from "../command.ts";
import { chooseObject, targetText } from "../rows/kube/choose.ts";
import { yaml } from "../rows/kube/read.ts";

export const showYaml = command({
  id: "slipway.showYaml",
  title: "Show Kubernetes Object as YAML",
  icon: "code",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(object|namespace)\\b/",
      group: "1_read@2",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Show which object as YAML?");
    if (!object) return;
    const text = await ui.progress(`Reading ${targetText(object)}`, (_progress, signal) =>
      yaml(app, object, signal),
    );
    if (text !== undefined) await ui.document(`${object.name}.yaml (${object.context})`, "yaml", text);
  },
});
