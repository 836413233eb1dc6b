// The view *Clusters*: what runs on Kubernetes, and who holds the GPUs.
import { view } from "../view.ts";

/** More than activation should load. */
const rows = () => import("../rows/kube/clusterTree.ts");

export const clusters = view({
  id: "slipway.clusters",
  name: "Clusters",
  icon: "server-environment",
  order: 1,
  welcome: [
    {
      contents:
        "No Kubernetes context was found. Slipway reads the files named by the setting slipway.kubernetes.kubeconfig, else KUBECONFIG, else ~/.kube/config.\n[Refresh](command:slipway.refreshClusters)\n\nNo cluster at hand? The sandbox is one with GPU nodes that runs in this window, with nothing installed.\n[Try a Sandbox Cluster](command:slipway.startSandbox)",
    },
  ],
  create: async (app) => new (await rows()).ClusterTree(app),
});
