// ClusterQueue of Kueue.
import type { OwnKind } from "../ownKind.ts";
import { fairSharing, resourceGroups } from "../shapes/kueue.ts";

export const clusterQueue: OwnKind = {
  group: "kueue.x-k8s.io",
  versions: ["v1beta2", "v1beta1"],
  kind: "ClusterQueue",
  source: "https://github.com/kubernetes-sigs/kueue/tree/v0.17.0/config/components/crd/bases",
  fields: {
    "spec!": {
      admissionChecks: ["text"],
      admissionChecksStrategy: { admissionChecks: [{ "name!": "text", onFlavors: ["text"] }] },
      admissionScope: { "admissionMode!": "text" },
      cohort: "text",
      cohortName: "text",
      fairSharing,
      flavorFungibility: { preference: "text", whenCanBorrow: "text", whenCanPreempt: "text" },
      namespaceSelector: "@meta.v1.LabelSelector",
      preemption: {
        borrowWithinCohort: { maxPriorityThreshold: "whole", policy: "Never|LowerPriority" },
        reclaimWithinCohort: "Never|LowerPriority|Any",
        withinClusterQueue: "Never|LowerPriority|LowerOrNewerEqualPriority",
      },
      queueingStrategy: "StrictFIFO|BestEffortFIFO",
      resourceGroups,
      stopPolicy: "None|Hold|HoldAndDrain",
    },
  },
};
