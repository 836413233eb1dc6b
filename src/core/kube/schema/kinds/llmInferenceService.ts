// LLMInferenceService of KServe.
import type { OwnKind } from "../ownKind.ts";

export const llmInferenceService: OwnKind = {
  group: "serving.kserve.io",
  versions: ["v1alpha2", "v1alpha1"],
  kind: "LLMInferenceService",
  source: "https://github.com/kserve/kserve/tree/v0.20.0/config/crd/full",
  fields: {
    "spec!": {
      annotations: { "*": "text" },
      baseRefs: [{ name: "text" }],
      model: { confidential: "any", criticality: "text", lora: "any", name: "text", uri: "text" },
      kvCacheOffloading: "any",
      labels: { "*": "text" },
      parallelism: {
        data: "whole",
        dataLocal: "whole",
        dataRPCPort: "whole",
        expert: "flag",
        pipeline: "whole",
        tensor: "whole",
      },
      prefill: "any",
      replicas: "whole",
      router: "any",
      scaling: "any",
      storageInitializer: "any",
      template: "any",
      tracing: "any",
      worker: "any",
    },
  },
};
