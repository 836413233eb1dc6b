// Brings an image of this machine's Docker engine to the nodes of a local cluster, with the tool that made it.
import { Trouble } from "../../base/trouble.ts";
import { isPlainImage } from "../../core/kube/localCluster.ts";
import { command } from "../command.ts";
import { chooseImage } from "../rows/docker/choose.ts";
import { mayChange } from "../rows/kube/change.ts";
import { chooseLocal } from "../rows/kube/local.ts";

export const loadImageIntoCluster = command({
  id: "slipway.loadImageIntoCluster",
  title: "Load Image into Cluster…",
  icon: "package",
  needsTrust: true,
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\blocalLoad\\b/",
      group: "5_local@3",
    },
    {
      place: "view/item/context",
      when: "view == slipway.images && viewItem =~ /\\bnamed\\b/",
      group: "2_name@4",
    },
  ],
  async run(app, ui, target) {
    const local = await chooseLocal(app, ui, target, "Load an image into which cluster?");
    if (!local) return;
    const { context, cluster } = local;
    mayChange(app, context);
    const image = await chooseImage(app, ui, target, `Load which image into ${context}?`);
    if (image === undefined) return;
    if (!isPlainImage(image))
      throw new Trouble("bad-input", `${image} has no name that can be loaded: tag it first.`);
    const loaded = await ui.progress(`Loading ${image} into ${context}`, async (progress, signal) => ({
      isNew: await app.localClusters.load(cluster, image, (line) => progress.report(line), signal),
    }));
    if (!loaded) return;
    const text = loaded.isNew
      ? `Loaded ${image} into ${cluster.tool} cluster ${cluster.name}. Pods use it with imagePullPolicy IfNotPresent or Never.`
      : `${cluster.tool} uses the images of this machine: ${image} is there already.`;
    await ui.say("info", text);
  },
});
