// Cohort of Kueue.
import type { OwnKind } from "../ownKind.ts";
import { fairSharing, resourceGroups } from "../shapes/kueue.ts";

export const cohort: OwnKind = {
  group: "kueue.x-k8s.io",
  versions: ["v1beta2", "v1beta1"],
  kind: "Cohort",
  source: "https://github.com/kubernetes-sigs/kueue/tree/v0.17.0/config/components/crd/bases",
  fields: { spec: { fairSharing, parentName: "text", resourceGroups } },
};
