// Rollout: a Deployment that shifts traffic step by step, by Argo Rollouts.
// Source: https://github.com/argoproj/argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, pkg/kubectl-argo-rollouts
import { phaseHealth } from "../argoPhase.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { count, field, list, text } from "../object.ts";

export const rollout: MlKind = {
  kind: "Rollout",
  group: "argoproj.io",
  plural: "rollouts",
  icon: "rocket",
  podLabels: [],
  switch: {
    isOff: (object) =>
      field(object, "spec", "paused") === true || list(object, "status", "pauseConditions").length > 0,
    off: {
      title: "Pause",
      detail: "It goes no further on its steps until it is promoted; its pods stay.",
      patch: () => ({ spec: { paused: true } }),
    },
    on: {
      title: "Promote",
      detail: "It goes on to its next step: more traffic for the new version.",
      patch: () => ({ spec: { paused: false } }),
      statusPatch: () => ({ status: { pauseConditions: null } }),
    },
  },
  read(object) {
    const asked = field(object, "spec", "replicas");
    const desired = typeof asked === "number" ? asked : 1;
    const steps = list(object, "spec", "strategy", "canary", "steps").length;
    const at = field(object, "status", "currentStepIndex");
    const facts = [
      ["Pods", `${count(object, "status", "readyReplicas")}/${desired} ready`] as const,
      ["Step", steps > 0 && typeof at === "number" && at < steps ? `${at + 1}/${steps}` : undefined] as const,
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    const message = text(object, "status", "message");
    if (field(object, "status", "abort") === true)
      return { health: "error", status: "Aborted", message, facts };
    const phase = text(object, "status", "phase") ?? "Progressing";
    return {
      health: phaseHealth(phase),
      status: phase,
      message: phase === "Healthy" ? undefined : message,
      facts,
    };
  },
};
