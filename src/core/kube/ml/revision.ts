// Revision of Knative: one version of a Service, with pods while it is asked for something.
// Source: https://github.com/knative/serving pkg/apis/serving/v1/revision_types.go, revision_lifecycle.go
import { firstFalse, isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { field } from "../object.ts";

export const revision: MlKind = {
  kind: "Revision",
  group: "serving.knative.dev",
  plural: "revisions",
  icon: "versions",
  podLabels: ["serving.knative.dev/revision"],
  read(object) {
    if (!hasStatus(object)) return notLookedAt;
    const actual = field(object, "status", "actualReplicas");
    const desired = field(object, "status", "desiredReplicas");
    const hasCounts = typeof actual === "number" || typeof desired === "number";
    const facts = [
      ["Pods", hasCounts ? `${Number(actual ?? 0)}/${Number(desired ?? 0)}` : undefined] as const,
    ];
    if (isFalse(object, "Ready")) {
      const { reason, message } =
        firstFalse(object, ["ContainerHealthy", "ResourcesAvailable"]) ?? why(object, "Ready");
      return { health: "error", status: reason ?? "not ready", message, facts };
    }
    // Not active and well: nobody asks, so nothing runs.
    if (isFalse(object, "Active")) {
      const { reason = "NoTraffic", message } = why(object, "Active");
      return { health: "done", status: reason === "NoTraffic" ? "scaled to zero" : reason, message, facts };
    }
    if (isTrue(object, "Ready")) return { health: "ok", status: "Ready", facts };
    const { reason = "starting", message } = why(object, "Ready");
    return { health: "progress", status: reason, message, facts };
  },
};
