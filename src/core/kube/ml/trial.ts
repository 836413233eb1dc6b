// Trial: one try of an Experiment with its own hyperparameters, by Katib.
import { lastState, metricsText } from "../katib.ts";
import { type MlKind, notLookedAt } from "../mlKind.ts";
import { field, list, text } from "../object.ts";

export const trial: MlKind = {
  kind: "Trial",
  group: "kubeflow.org",
  plural: "trials",
  icon: "beaker",
  podLabels: ["katib.kubeflow.org/trial"],
  read(object) {
    const tried = list(object, "spec", "parameterAssignments").flatMap((one) => {
      const [name, value] = [text(one, "name"), text(one, "value")];
      return name === undefined ? [] : [`${name}=${value ?? ""}`];
    });
    const facts = [
      ["Metrics", metricsText(field(object, "status", "observation"))] as const,
      ["Parameters", tried.length === 0 ? undefined : tried.join(" ")] as const,
    ];
    const state = lastState(object);
    if (!state) return { ...notLookedAt, facts };
    const { type, message } = state;
    if (type === "Succeeded" || type === "EarlyStopped")
      return { health: "done", status: type, facts, isOver: true };
    if (type === "Failed" || type === "MetricsUnavailable")
      return { health: "error", status: type, message, facts, isOver: true };
    if (type === "Killed") return { health: "warning", status: type, message, facts, isOver: true };
    return { health: type === "Running" ? "ok" : "progress", status: type, facts };
  },
};
