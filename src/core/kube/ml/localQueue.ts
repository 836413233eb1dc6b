// LocalQueue: where the jobs of a namespace stand in line for a ClusterQueue, by Kueue.
import { isFalse, isTrue, why } from "../conditions.ts";
import { queueFacts, queueSwitch } from "../kueueQueue.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { text } from "../object.ts";

export const localQueue: MlKind = {
  kind: "LocalQueue",
  group: "kueue.x-k8s.io",
  plural: "localqueues",
  icon: "list-ordered",
  switch: queueSwitch,
  read(object) {
    const facts = [...queueFacts(object), ["Queue", text(object, "spec", "clusterQueue")] as const];
    if (queueSwitch.isOff(object)) return { health: "warning", status: "held", facts };
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    if (isTrue(object, "Active")) return { health: "ok", status: "Active", facts };
    const { reason = "not active", message } = why(object, "Active");
    return { health: isFalse(object, "Active") ? "error" : "unknown", status: reason, message, facts };
  },
};
