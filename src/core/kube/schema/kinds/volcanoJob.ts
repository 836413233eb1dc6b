// Job of Volcano.
import type { OwnKind } from "../ownKind.ts";
import { policies } from "../shapes/volcano.ts";

export const volcanoJob: OwnKind = {
  group: "batch.volcano.sh",
  versions: ["v1alpha1"],
  kind: "Job",
  source: "https://github.com/volcano-sh/apis/tree/master/pkg/apis",
  fields: {
    "spec!": {
      maxRetry: "whole",
      minAvailable: "whole",
      minSuccess: "whole",
      networkTopology: "any",
      plugins: { "*": ["text"] },
      policies,
      priorityClassName: "text",
      queue: "text",
      runningEstimate: "text",
      schedulerName: "text",
      tasks: [
        {
          dependsOn: { iteration: "any|all", name: ["text"] },
          maxRetry: "whole",
          minAvailable: "whole",
          name: "text",
          partitionPolicy: "any",
          policies,
          replicas: "whole",
          template: "@core.v1.PodTemplateSpec",
          topologyPolicy: "none|best-effort|restricted|single-numa-node",
        },
      ],
      ttlSecondsAfterFinished: "whole",
      volumes: [
        {
          "mountPath!": "text",
          volumeClaim: "@core.v1.PersistentVolumeClaimSpec",
          volumeClaimName: "text",
        },
      ],
    },
  },
};
