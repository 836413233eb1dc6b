// WorkloadPriorityClass of Kueue.
import type { OwnKind } from "../ownKind.ts";

export const workloadPriorityClass: OwnKind = {
  group: "kueue.x-k8s.io",
  versions: ["v1beta2", "v1beta1"],
  kind: "WorkloadPriorityClass",
  source: "https://github.com/kubernetes-sigs/kueue/tree/v0.17.0/config/components/crd/bases",
  fields: { description: "text", "value!": "whole" },
};
