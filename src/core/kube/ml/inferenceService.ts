// InferenceService: a model behind an address, by KServe, with or without Knative.
// Source: https://github.com/kserve/kserve pkg/apis/serving/v1beta1/inference_service_status.go, pkg/constants
import { firstFalse, isFalse, isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { field, text } from "../object.ts";

const STOP = "serving.kserve.io/stop";
const PARTS = ["PredictorReady", "TransformerReady", "ExplainerReady", "IngressReady", "RoutesReady"];

export const inferenceService: MlKind = {
  kind: "InferenceService",
  group: "serving.kserve.io",
  plural: "inferenceservices",
  icon: "hubot",
  podLabels: ["serving.kserve.io/inferenceservice"],
  switch: {
    isOff: (object) => text(object, "metadata", "annotations", STOP) === "true",
    off: {
      title: "Stop",
      detail: "Its pods are ended, and its address answers no more until it is started.",
      patch: () => ({ metadata: { annotations: { [STOP]: "true" } } }),
    },
    on: {
      title: "Start",
      detail: "Its pods are made again.",
      patch: () => ({ metadata: { annotations: { [STOP]: null } } }),
    },
  },
  read(object) {
    const model = field(object, "status", "modelStatus");
    const canary = field(object, "spec", "predictor", "canaryTrafficPercent");
    const facts = [
      ["Model", text(model, "states", "activeModelState")] as const,
      ["Canary", typeof canary === "number" ? `${canary} %` : undefined] as const,
      ["URL", text(object, "status", "url")] as const,
    ];
    if (text(object, "metadata", "annotations", STOP) === "true" || isTrue(object, "Stopped"))
      return { health: "done", status: "Stopped" };
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    // The new model does not load: the old one may still answer, so Ready says nothing of it.
    const transition = text(model, "transitionStatus");
    if (transition === "BlockedByFailedLoad" || transition === "InvalidSpec") {
      const failure = field(model, "lastFailureInfo");
      const status = text(failure, "reason") ?? transition;
      return { health: "error", status, message: text(failure, "message"), facts };
    }
    if (isTrue(object, "Ready")) return { health: "ok", status: "Ready", facts };
    const { reason, message } = firstFalse(object, PARTS) ?? why(object, "Ready");
    return {
      health: isFalse(object, "Ready") ? "warning" : "progress",
      status: reason ?? "not ready",
      message,
      facts,
    };
  },
};
