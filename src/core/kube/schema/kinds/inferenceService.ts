// InferenceService of KServe.
import type { OwnKind } from "../ownKind.ts";
import { component, model } from "../shapes/kserve.ts";

export const inferenceService: OwnKind = {
  group: "serving.kserve.io",
  versions: ["v1beta1"],
  kind: "InferenceService",
  source: "https://github.com/kserve/kserve/tree/v0.20.0/config/crd/full",
  fields: {
    "spec!": {
      "predictor!": { ...component, model, workerSpec: "any" },
      transformer: component,
      explainer: component,
    },
  },
};
