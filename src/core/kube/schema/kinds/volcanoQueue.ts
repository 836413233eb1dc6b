// Queue of Volcano.
import type { OwnKind } from "../ownKind.ts";

export const volcanoQueue: OwnKind = {
  group: "scheduling.volcano.sh",
  versions: ["v1beta1"],
  kind: "Queue",
  source: "https://github.com/volcano-sh/apis/tree/master/pkg/apis",
  fields: {
    spec: {
      affinity: "any",
      capability: { "*": "quantity" },
      deserved: { "*": "quantity" },
      extendClusters: "any",
      guarantee: { resource: { "*": "quantity" } },
      parent: "text",
      priority: "whole",
      reclaimable: "flag",
      type: "text",
      weight: "whole",
    },
  },
};
