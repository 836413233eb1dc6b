// RayCluster: a head and groups of workers, by KubeRay.
// Source: https://github.com/ray-project/kuberay ray-operator/apis/ray/v1/raycluster_types.go (v1.7)
import { isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt, suspendSwitch } from "../mlKind.ts";
import { count, text } from "../object.ts";

export const rayCluster: MlKind = {
  kind: "RayCluster",
  group: "ray.io",
  plural: "rayclusters",
  icon: "circuit-board",
  podLabels: ["ray.io/cluster"],
  switch: suspendSwitch("spec", "suspend"),
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const desired = count(object, "status", "desiredWorkerReplicas");
    const ready = count(object, "status", "readyWorkerReplicas");
    const gpus = text(object, "status", "desiredGPU");
    const facts = [
      ["Workers", `${ready}/${desired} ready`] as const,
      ["GPUs", gpus === "0" ? undefined : gpus] as const,
    ];
    const state = text(object, "status", "state");
    if (isTrue(object, "ReplicaFailure") || state === "failed") {
      const { reason = "failed", message = text(object, "status", "reason") } = why(object, "ReplicaFailure");
      return { health: "error", status: reason, message, facts };
    }
    if (state === "suspended" || isTrue(object, "RayClusterSuspended"))
      return { health: "progress", status: "suspended", facts };
    if (isFalse(object, "HeadPodReady"))
      return {
        health: "progress",
        status: "head not ready",
        message: why(object, "HeadPodReady").message,
        facts,
      };
    if (state === "ready") return { health: ready >= desired ? "ok" : "progress", status: "ready", facts };
    return { health: "progress", status: state ?? "starting", facts };
  },
};
