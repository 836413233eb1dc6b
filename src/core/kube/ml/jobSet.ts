// JobSet: several Jobs that start, fail and end as one.
// Source: https://github.com/kubernetes-sigs/jobset api/jobset/v1alpha2/jobset_types.go
import { isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt, suspendSwitch } from "../mlKind.ts";
import { count, list, text } from "../object.ts";
import { anyActive, replicatedJobFacts } from "../replicatedJobs.ts";

export const jobSet: MlKind = {
  kind: "JobSet",
  group: "jobset.x-k8s.io",
  plural: "jobsets",
  icon: "layers",
  podLabels: ["jobset.sigs.k8s.io/jobset-name"],
  isDetail: true,
  switch: suspendSwitch("spec", "suspend"),
  read(object) {
    const jobs = list(object, "status", "replicatedJobsStatus");
    const restarts = count(object, "status", "restarts");
    const facts = [
      ...replicatedJobFacts(jobs),
      ["Restarts", restarts > 0 ? String(restarts) : undefined] as const,
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    const end = text(object, "status", "terminalState");
    if (end === "Completed" || isTrue(object, "Completed"))
      return { health: "done", status: "Completed", facts, isOver: true };
    if (end === "Failed" || isTrue(object, "Failed")) {
      const { reason = "Failed", message } = why(object, "Failed");
      return { health: "error", status: reason, message, facts, isOver: true };
    }
    if (isTrue(object, "Suspended")) return { health: "progress", status: "Suspended", facts };
    if (isTrue(object, "StartupPolicyInProgress"))
      return { health: "progress", status: "Starting in order", facts };
    return anyActive(jobs)
      ? { health: "ok", status: "Running", facts }
      : { health: "progress", status: "Starting", facts };
  },
};
