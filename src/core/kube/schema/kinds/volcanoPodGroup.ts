// PodGroup of Volcano.
import type { OwnKind } from "../ownKind.ts";

export const volcanoPodGroup: OwnKind = {
  group: "scheduling.volcano.sh",
  versions: ["v1beta1"],
  kind: "PodGroup",
  source: "https://github.com/volcano-sh/apis/tree/master/pkg/apis",
  fields: {
    spec: {
      minMember: "whole",
      minResources: { "*": "quantity" },
      minTaskMember: { "*": "whole" },
      networkTopology: "any",
      priorityClassName: "text",
      queue: "text",
      subGroupPolicy: "any",
    },
  },
};
