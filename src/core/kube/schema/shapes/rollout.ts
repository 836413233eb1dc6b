// The two strategies of a Rollout of Argo Rollouts.
import type { Shape } from "../ownKind.ts";

const metadata: Shape = { annotations: { "*": "text" }, labels: { "*": "text" } };

const antiAffinity: Shape = {
  preferredDuringSchedulingIgnoredDuringExecution: { "weight!": "whole" },
  requiredDuringSchedulingIgnoredDuringExecution: "any",
};

const analysis: { readonly [field: string]: Shape } = {
  analysisRunMetadata: metadata,
  args: [{ "name!": "text", value: "text", valueFrom: "any" }],
  dryRun: [{ "metricName!": "text" }],
  measurementRetention: [{ "limit!": "whole", "metricName!": "text" }],
  templates: [{ clusterScope: "flag", templateName: "text" }],
};

export const blueGreen: Shape = {
  abortScaleDownDelaySeconds: "whole",
  activeMetadata: metadata,
  "activeService!": "text",
  antiAffinity,
  autoPromotionEnabled: "flag",
  autoPromotionSeconds: "whole",
  maxUnavailable: "either",
  postPromotionAnalysis: analysis,
  prePromotionAnalysis: analysis,
  previewMetadata: metadata,
  previewReplicaCount: "whole",
  previewService: "text",
  scaleDownDelayRevisionLimit: "whole",
  scaleDownDelaySeconds: "whole",
};

export const canary: Shape = {
  abortScaleDownDelaySeconds: "whole",
  analysis: { ...analysis, startingStep: "whole" },
  antiAffinity,
  canaryMetadata: metadata,
  canaryService: "text",
  dynamicStableScale: "flag",
  maxSurge: "either",
  maxUnavailable: "either",
  minPodsPerReplicaSet: "whole",
  pingPong: { "pingService!": "text", "pongService!": "text" },
  scaleDownDelayRevisionLimit: "whole",
  scaleDownDelaySeconds: "whole",
  stableMetadata: metadata,
  stableService: "text",
  steps: [
    {
      analysis,
      experiment: "any",
      pause: { duration: "either" },
      plugin: { config: "any", "name!": "text" },
      replicaProgressThreshold: "any",
      setCanaryScale: { matchTrafficWeight: "flag", replicas: "whole", weight: "whole" },
      setHeaderRoute: "any",
      setMirrorRoute: "any",
      setWeight: "whole",
    },
  ],
  trafficRouting: "any",
};
