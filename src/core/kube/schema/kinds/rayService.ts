// RayService of KubeRay.
import type { OwnKind } from "../ownKind.ts";
import { rayClusterSpec } from "../shapes/ray.ts";

export const rayService: OwnKind = {
  group: "ray.io",
  versions: ["v1", "v1alpha1"],
  kind: "RayService",
  source: "https://github.com/ray-project/kuberay/tree/v1.5.0/ray-operator/config/crd/bases",
  fields: {
    "spec!": {
      deploymentUnhealthySecondThreshold: "whole",
      excludeHeadPodFromServeSvc: "flag",
      managedBy: "text",
      rayClusterConfig: rayClusterSpec,
      rayClusterDeletionDelaySeconds: "whole",
      serveConfigV2: "text",
      serveService: "@core.v1.Service",
      serviceUnhealthySecondThreshold: "whole",
      suspend: "flag",
      upgradeStrategy: { clusterUpgradeOptions: "any", type: "text" },
    },
  },
};
