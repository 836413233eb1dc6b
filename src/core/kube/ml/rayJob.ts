// RayJob: a program on a RayCluster that is made for it or chosen, by KubeRay.
// Source: https://github.com/ray-project/kuberay ray-operator/apis/ray/v1/rayjob_types.go (v1.7)
import { hasStatus, type MlKind, notLookedAt, suspendSwitch } from "../mlKind.ts";
import { text } from "../object.ts";

export const rayJob: MlKind = {
  kind: "RayJob",
  group: "ray.io",
  plural: "rayjobs",
  icon: "run-all",
  podLabels: [],
  switch: suspendSwitch("spec", "suspend"),
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const job = text(object, "status", "jobStatus");
    const deployment = text(object, "status", "jobDeploymentStatus");
    const cluster = text(object, "status", "rayClusterName");
    // A cluster that was chosen is not owned by the job; its label leads to it.
    const selects = cluster === undefined ? [] : [`ray.io/cluster=${cluster}`];
    const message = text(object, "status", "message");
    if (job === "FAILED" || deployment === "Failed" || deployment === "ValidationFailed")
      return {
        health: "error",
        status: text(object, "status", "reason") ?? job ?? "Failed",
        message,
        selects,
        isOver: true,
      };
    if (job === "SUCCEEDED") return { health: "done", status: job, selects, isOver: true };
    if (job === "STOPPED" && deployment === "Complete")
      return { health: "warning", status: job, message, selects, isOver: true };
    if (deployment === "Suspended") return { health: "progress", status: deployment, selects };
    if (job === "RUNNING") return { health: "ok", status: job, selects };
    return { health: "progress", status: job ?? deployment ?? "Initializing", message, selects };
  },
};
