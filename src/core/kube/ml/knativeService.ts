// Service of Knative: an address that starts pods when it is asked, and may have none.
// Source: https://github.com/knative/serving pkg/apis/serving/v1/service_types.go, service_lifecycle.go
import { firstFalse, isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { text } from "../object.ts";

export const knativeService: MlKind = {
  kind: "Service",
  group: "serving.knative.dev",
  plural: "services",
  icon: "globe",
  podLabels: ["serving.knative.dev/service"],
  isDetail: true,
  read(object) {
    const latest = text(object, "status", "latestCreatedRevisionName");
    const ready = text(object, "status", "latestReadyRevisionName");
    const facts = [
      // Only news while the newest revision does not serve yet.
      [
        "Serves",
        latest !== undefined && ready !== latest ? (ready ?? "no revision yet") : undefined,
      ] as const,
      ["URL", text(object, "status", "url")] as const,
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    if (isTrue(object, "Ready")) return { health: "ok", status: "Ready", facts };
    const parts = ["ConfigurationsReady", "RoutesReady"];
    const { reason, message } = firstFalse(object, parts) ?? why(object, "Ready");
    const health = isFalse(object, "Ready") ? "error" : "progress";
    return { health, status: reason ?? "not ready", message, facts };
  },
};
