// RayJob of KubeRay.
import type { OwnKind } from "../ownKind.ts";
import { rayClusterSpec } from "../shapes/ray.ts";

export const rayJob: OwnKind = {
  group: "ray.io",
  versions: ["v1", "v1alpha1"],
  kind: "RayJob",
  source: "https://github.com/ray-project/kuberay/tree/v1.5.0/ray-operator/config/crd/bases",
  fields: {
    "spec!": {
      activeDeadlineSeconds: "whole",
      backoffLimit: "whole",
      clusterSelector: { "*": "text" },
      deletionPolicy: "any",
      deletionStrategy: "any",
      entrypoint: "text",
      entrypointNumCpus: "number",
      entrypointNumGpus: "number",
      entrypointResources: "text",
      jobId: "text",
      managedBy: "text",
      metadata: { "*": "text" },
      preRunningDeadlineSeconds: "whole",
      rayClusterSpec,
      runtimeEnv: "text",
      runtimeEnvYAML: "text",
      shutdownAfterJobFinishes: "flag",
      submissionMode: "K8sJobMode|HTTPMode|InteractiveMode|SidecarMode",
      submitterConfig: { backoffLimit: "whole" },
      submitterPodTemplate: "@core.v1.PodTemplateSpec",
      suspend: "flag",
      ttlSecondsAfterFinished: "whole",
    },
  },
};
