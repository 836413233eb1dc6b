// Job of Volcano: tasks that are scheduled together or not at all.
// Source: https://github.com/volcano-sh/apis pkg/apis/batch/v1alpha1/job.go
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { count, text } from "../object.ts";

export const volcanoJob: MlKind = {
  kind: "Job",
  group: "batch.volcano.sh",
  plural: "jobs",
  icon: "tasklist",
  podLabels: ["volcano.sh/job-name"],
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const [running, succeeded, failed, pending] = ["running", "succeeded", "failed", "pending"].map((name) =>
      count(object, "status", name),
    );
    const pods = [
      running ? `${running} running` : undefined,
      pending ? `${pending} pending` : undefined,
      succeeded ? `${succeeded} done` : undefined,
      failed ? `${failed} failed` : undefined,
    ].filter((part) => part !== undefined);
    const facts = [
      ["Pods", pods.length === 0 ? undefined : pods.join(", ")] as const,
      ["Queue", text(object, "spec", "queue")] as const,
    ];
    const phase = text(object, "status", "state", "phase") ?? "Pending";
    const message = text(object, "status", "state", "message");
    switch (phase) {
      case "Completed":
        return { health: "done", status: phase, facts, isOver: true };
      case "Failed":
      case "Aborted":
      case "Terminated":
        return { health: "error", status: phase, message, facts, isOver: true };
      case "Running":
        return { health: "ok", status: phase, facts };
      case "Restarting":
      case "Aborting":
      case "Terminating":
        return { health: "warning", status: phase, message, facts };
      default:
        return { health: "progress", status: phase, message, facts };
    }
  },
};
