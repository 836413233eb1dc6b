// Suggestion: the program of an Experiment that chooses the next hyperparameters, by Katib.
import { lastState } from "../katib.ts";
import { type MlKind, notLookedAt } from "../mlKind.ts";
import { count, text } from "../object.ts";

export const suggestion: MlKind = {
  kind: "Suggestion",
  group: "kubeflow.org",
  plural: "suggestions",
  icon: "lightbulb",
  podLabels: [],
  isDetail: true,
  read(object) {
    const facts = [
      ["Algorithm", text(object, "spec", "algorithm", "algorithmName")] as const,
      ["Suggested", String(count(object, "status", "suggestionCount"))] as const,
    ];
    const state = lastState(object);
    if (!state) return { ...notLookedAt, facts };
    const { type, message } = state;
    if (type === "Succeeded") return { health: "done", status: type, facts };
    if (type === "Failed") return { health: "error", status: type, message, facts };
    return { health: type === "Running" ? "ok" : "progress", status: type, facts };
  },
};
