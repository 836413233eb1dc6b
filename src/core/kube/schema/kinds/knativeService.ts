// Service of Knative Serving.
import type { OwnKind } from "../ownKind.ts";

export const knativeService: OwnKind = {
  group: "serving.knative.dev",
  versions: ["v1"],
  kind: "Service",
  source: "https://github.com/knative/serving/tree/knative-v1.24.0/config/core/300-resources",
  fields: {
    "spec!": {
      template: {
        metadata: "@meta.v1.ObjectMeta",
        spec: {
          affinity: "@core.v1.Affinity",
          containerConcurrency: "whole",
          "containers!": ["any"],
          enableServiceLinks: "flag",
          idleTimeoutSeconds: "whole",
          imagePullSecrets: ["@core.v1.LocalObjectReference"],
          initContainers: ["any"],
          nodeSelector: { "*": "text" },
          responseStartTimeoutSeconds: "whole",
          runtimeClassName: "text",
          serviceAccountName: "text",
          timeoutSeconds: "whole",
          tolerations: ["@core.v1.Toleration"],
          volumes: ["@core.v1.Volume"],
        },
      },
      traffic: [
        {
          configurationName: "text",
          latestRevision: "flag",
          percent: "whole",
          revisionName: "text",
          tag: "text",
          url: "text",
        },
      ],
    },
  },
};
