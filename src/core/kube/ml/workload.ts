// Workload: a job as Kueue sees it, which stands in line for its quota. It is shown under the job.
// Source: https://github.com/kubernetes-sigs/kueue apis/kueue/v1beta2/workload_types.go
import { isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind } from "../mlKind.ts";
import { field, text } from "../object.ts";

export const workload: MlKind = {
  kind: "Workload",
  group: "kueue.x-k8s.io",
  plural: "workloads",
  icon: "list-ordered",
  switch: {
    isOff: (object) => field(object, "spec", "active") === false,
    off: {
      title: "Deactivate",
      detail: "It gives its quota back and its pods are ended; it stands in line again when it is activated.",
      patch: () => ({ spec: { active: false } }),
    },
    on: { title: "Activate", detail: "It stands in line again.", patch: () => ({ spec: { active: true } }) },
  },
  read(object) {
    const admittedBy = text(object, "status", "admission", "clusterQueue");
    const facts = [["Queue", admittedBy ?? text(object, "spec", "queueName")] as const];
    if (isTrue(object, "Finished")) {
      const { reason = "Finished", message } = why(object, "Finished");
      const isBad = reason === "JobFailed" || reason === "Failed" || reason === "OutOfSync";
      return { health: isBad ? "error" : "done", status: reason, message, facts, isOver: true };
    }
    if (field(object, "spec", "active") === false)
      return { health: "warning", status: "inactive", message: why(object, "Evicted").message, facts };
    if (isTrue(object, "Admitted"))
      return isFalse(object, "PodsReady")
        ? { health: "progress", status: "Admitted", message: why(object, "PodsReady").message, facts }
        : { health: "ok", status: "Admitted", facts };
    if (isTrue(object, "Evicted")) {
      const { reason = "Evicted", message } = why(object, "Evicted");
      // Its place in the line is told by the newer condition, once it has one again.
      const waits = why(object, "QuotaReserved").message;
      return { health: "warning", status: `evicted: ${reason}`, message: waits ?? message, facts };
    }
    if (isTrue(object, "QuotaReserved")) return { health: "progress", status: "quota reserved", facts };
    if (!hasStatus(object)) return { health: "progress", status: "waiting", facts };
    const { reason, message } = why(object, "QuotaReserved");
    return {
      health: "warning",
      status: reason === undefined || reason === "Pending" ? "waiting" : reason,
      message,
      facts,
    };
  },
};
