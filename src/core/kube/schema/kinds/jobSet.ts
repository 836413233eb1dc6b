// JobSet of the Kubernetes project.
import type { OwnKind } from "../ownKind.ts";
import { jobSetSpec } from "../shapes/jobSet.ts";

export const jobSet: OwnKind = {
  group: "jobset.x-k8s.io",
  versions: ["v1alpha2"],
  kind: "JobSet",
  source: "https://github.com/kubernetes-sigs/jobset/tree/v0.11.1/config/components/crd/bases",
  fields: { "spec!": jobSetSpec },
};
