// Workflow: steps that run in pods, by Argo Workflows.
import { phaseHealth } from "../argoPhase.ts";
import { hasStatus, type MlKind, notLookedAt, suspendSwitch } from "../mlKind.ts";
import { field, text } from "../object.ts";

const OVER = new Set(["Succeeded", "Failed", "Error"]);

export const workflow: MlKind = {
  kind: "Workflow",
  group: "argoproj.io",
  plural: "workflows",
  icon: "type-hierarchy",
  podLabels: ["workflows.argoproj.io/workflow"],
  switch: {
    ...suspendSwitch("spec", "suspend"),
    off: {
      title: "Suspend",
      detail: "No further step is started; what runs goes on, and it can be resumed.",
      patch: () => ({ spec: { suspend: true } }),
    },
  },
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const phase = text(object, "status", "phase") ?? "Pending";
    const facts = [["Steps", text(object, "status", "progress")] as const];
    const isOver = OVER.has(phase);
    if (!isOver && field(object, "spec", "suspend") === true)
      return { health: "warning", status: "Suspended", facts };
    return {
      health: phaseHealth(phase),
      status: phase,
      message: text(object, "status", "message"),
      facts,
      isOver,
    };
  },
};
