// ClusterQueue: a share of the cluster's devices that workloads wait for, by Kueue.
import { isFalse, isTrue, why } from "../conditions.ts";
import { deviceQuota } from "../kueueQuota.ts";
import { queueSwitch, queueFacts } from "../kueueQueue.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { text } from "../object.ts";

export const clusterQueue: MlKind = {
  kind: "ClusterQueue",
  group: "kueue.x-k8s.io",
  plural: "clusterqueues",
  icon: "list-ordered",
  clusterWide: true,
  switch: queueSwitch,
  read(object) {
    const cohort = text(object, "spec", "cohortName") ?? text(object, "spec", "cohort");
    const facts = [
      ...queueFacts(object),
      ["Quota", deviceQuota(object)] as const,
      ["Cohort", cohort] as const,
    ];
    if (queueSwitch.isOff(object)) return { health: "warning", status: "held", facts };
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    if (isTrue(object, "Active")) return { health: "ok", status: "Active", facts };
    const { reason = "not active", message } = why(object, "Active");
    return { health: isFalse(object, "Active") ? "error" : "unknown", status: reason, message, facts };
  },
};
