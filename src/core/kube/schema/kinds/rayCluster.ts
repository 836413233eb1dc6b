// RayCluster of KubeRay.
import type { OwnKind } from "../ownKind.ts";
import { rayClusterSpec } from "../shapes/ray.ts";

export const rayCluster: OwnKind = {
  group: "ray.io",
  versions: ["v1", "v1alpha1"],
  kind: "RayCluster",
  source: "https://github.com/ray-project/kuberay/tree/v1.5.0/ray-operator/config/crd/bases",
  fields: { "spec!": rayClusterSpec },
};
