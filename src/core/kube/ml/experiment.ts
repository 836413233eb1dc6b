// Experiment: a search for hyperparameters, by Katib; its trials stand under it.
import { lastState, metricsText } from "../katib.ts";
import { type MlKind, notLookedAt } from "../mlKind.ts";
import { count, field } from "../object.ts";

export const experiment: MlKind = {
  kind: "Experiment",
  group: "kubeflow.org",
  plural: "experiments",
  icon: "beaker",
  podLabels: ["katib.kubeflow.org/experiment"],
  read(object) {
    const state = lastState(object);
    const most = field(object, "spec", "maxTrialCount");
    const done = count(object, "status", "trialsSucceeded");
    const [running, failed] = ["trialsRunning", "trialsFailed"].map((name) => count(object, "status", name));
    const trials = [
      `${done}${typeof most === "number" ? `/${most}` : ""} done`,
      running ? `${running} running` : undefined,
      failed ? `${failed} failed` : undefined,
    ];
    const facts = [
      ["Trials", trials.filter((part) => part !== undefined).join(", ")] as const,
      ["Best", metricsText(field(object, "status", "currentOptimalTrial", "observation"))] as const,
    ];
    if (!state) return { ...notLookedAt, facts };
    const { type, message } = state;
    if (type === "Succeeded") return { health: "done", status: type, facts, isOver: true };
    if (type === "Failed") return { health: "error", status: type, message, facts, isOver: true };
    return { health: type === "Running" ? "ok" : "progress", status: type, facts };
  },
};
