// ScaledObject of KEDA.
import type { OwnKind } from "../ownKind.ts";

export const scaledObject: OwnKind = {
  group: "keda.sh",
  versions: ["v1alpha1"],
  kind: "ScaledObject",
  source: "https://github.com/kedacore/keda/tree/v2.21.0/config/crd/bases",
  fields: {
    "spec!": {
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: "@autoscaling.v2.HorizontalPodAutoscalerBehavior",
          name: "text",
        },
        restoreToOriginalReplicaCount: "flag",
        scalingModifiers: { activationTarget: "text", formula: "text", metricType: "text", target: "text" },
      },
      cooldownPeriod: "whole",
      fallback: { behavior: "text", "failureThreshold!": "whole", "replicas!": "whole" },
      idleReplicaCount: "whole",
      initialCooldownPeriod: "whole",
      maxReplicaCount: "whole",
      minReplicaCount: "whole",
      pollingInterval: "whole",
      "scaleTargetRef!": {
        apiVersion: "text",
        envSourceContainerName: "text",
        kind: "text",
        "name!": "text",
      },
      "triggers!": [
        {
          authenticationRef: { kind: "TriggerAuthentication|ClusterTriggerAuthentication", "name!": "text" },
          "metadata!": { "*": "text" },
          metricType: "text",
          name: "text",
          "type!": "text",
          useCachedMetrics: "flag",
        },
      ],
    },
  },
};
