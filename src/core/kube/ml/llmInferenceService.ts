// LLMInferenceService: a large language model over several pods with its own router, by KServe.
// Source: https://github.com/kserve/kserve pkg/apis/serving/v1alpha2/llm_inference_service_lifecycle.go
import { firstFalse, isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { text } from "../object.ts";

const PARTS = ["MainWorkloadReady", "WorkerWorkloadReady", "PrefillWorkloadReady", "RouterReady"];

export const llmInferenceService: MlKind = {
  kind: "LLMInferenceService",
  group: "serving.kserve.io",
  plural: "llminferenceservices",
  icon: "hubot",
  podLabels: [],
  read(object) {
    const facts = [
      ["Model", text(object, "spec", "model", "name") ?? text(object, "spec", "model", "uri")] as const,
      ["URL", text(object, "status", "url")] as const,
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    if (isTrue(object, "Ready")) return { health: "ok", status: "Ready", facts };
    const { reason, message } = firstFalse(object, PARTS) ?? why(object, "Ready");
    const health = isFalse(object, "Ready") ? "warning" : "progress";
    return { health, status: reason ?? "not ready", message, facts };
  },
};
