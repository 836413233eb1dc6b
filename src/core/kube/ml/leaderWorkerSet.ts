// LeaderWorkerSet: groups of pods, each with a leader, as for a model over several nodes.
// Source: https://github.com/kubernetes-sigs/lws api/leaderworkerset/v1/leaderworkerset_types.go
import { isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { count, field } from "../object.ts";

export const leaderWorkerSet: MlKind = {
  kind: "LeaderWorkerSet",
  group: "leaderworkerset.x-k8s.io",
  plural: "leaderworkersets",
  icon: "organization",
  podLabels: ["leaderworkerset.sigs.k8s.io/name"],
  isDetail: true,
  read(object) {
    const asked = field(object, "spec", "replicas");
    const desired = typeof asked === "number" ? asked : 1;
    const size = field(object, "spec", "leaderWorkerTemplate", "size");
    const facts = [["Group", typeof size === "number" ? `of ${size} pods` : undefined] as const];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    const ready = count(object, "status", "readyReplicas");
    const status = `${ready}/${desired} groups ready`;
    if (isTrue(object, "UpdateInProgress")) {
      const updated = count(object, "status", "updatedReplicas");
      return { health: "progress", status, facts: [...facts, ["Updated", `${updated}/${desired}`]] };
    }
    if (desired === 0) return { health: "done", status, facts };
    if (ready >= desired) return { health: "ok", status, facts };
    return { health: "progress", status, message: why(object, "Progressing").message, facts };
  },
};
