// Phases of Argo's objects, and what each comes to.
// Source: https://github.com/argoproj/argo-workflows pkg/apis/workflow/v1alpha1, https://github.com/argoproj/argo-rollouts
import type { Health } from "./row.ts";

const HEALTH: Readonly<Record<string, Health>> = {
  Succeeded: "done",
  Successful: "done",
  Running: "ok",
  Healthy: "ok",
  Pending: "progress",
  Progressing: "progress",
  Paused: "warning",
  Inconclusive: "warning",
  Degraded: "error",
  Failed: "error",
  Error: "error",
};

export function phaseHealth(phase: string): Health {
  return HEALTH[phase] ?? "unknown";
}
