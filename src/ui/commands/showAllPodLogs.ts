// Follows the logs of all pods of a workload, a Service or a namespace, merged.
import { command } from "../command.ts";
import { chooseObject } from "../rows/kube/choose.ts";
import { followPodsOf } from "../rows/kube/logs.ts";

export const showAllPodLogs = command({
  id: "slipway.showAllPodLogs",
  title: "Show Logs of All Pods",
  icon: "output",
  menus: [
    {
      place: "view/item/context",
      when: "view == slipway.clusters && viewItem =~ /\\b(deployment|statefulSet|daemonSet|replicaSet|job|service|namespace)\\b/",
      group: "1_read@3",
    },
  ],
  async run(app, ui, target) {
    const object = await chooseObject(app, ui, target, "Show the logs of all pods of what?", [
      "Deployment",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "ReplicaSet",
      "Service",
      "Namespace",
    ]);
    if (object) await followPodsOf(app, ui, object);
  },
});
