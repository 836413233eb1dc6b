// AnalysisRun: measurements that decide whether a Rollout goes on, by Argo Rollouts. It is shown under its Rollout.
import { phaseHealth } from "../argoPhase.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { list, text } from "../object.ts";

export const analysisRun: MlKind = {
  kind: "AnalysisRun",
  group: "argoproj.io",
  plural: "analysisruns",
  icon: "graph",
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const phase = text(object, "status", "phase") ?? "Pending";
    const bad = list(object, "status", "metricResults").find((one) =>
      /^(Failed|Error|Inconclusive)$/.test(text(one, "phase") ?? ""),
    );
    return {
      health: phaseHealth(phase),
      status: phase,
      message: text(object, "status", "message") ?? text(bad, "message"),
      facts: [["Metric", text(bad, "name")]],
    };
  },
};
