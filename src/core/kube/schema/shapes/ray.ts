// The cluster in RayCluster, RayJob and RayService.
import type { Shape } from "../ownKind.ts";

const secretOrText: Shape = { value: "text", valueFrom: "@core.v1.EnvVarSource" };

export const rayClusterSpec: Shape = {
  autoscalerOptions: {
    env: ["@core.v1.EnvVar"],
    envFrom: ["@core.v1.EnvFromSource"],
    idleTimeoutSeconds: "whole",
    image: "text",
    imagePullPolicy: "text",
    resources: "@core.v1.ResourceRequirements",
    securityContext: "@core.v1.SecurityContext",
    upscalingMode: "Default|Aggressive|Conservative",
    version: "v1|v2",
    volumeMounts: ["@core.v1.VolumeMount"],
  },
  authOptions: "any",
  enableInTreeAutoscaling: "flag",
  gcsFaultToleranceOptions: {
    externalStorageNamespace: "text",
    "redisAddress!": "text",
    redisPassword: secretOrText,
    redisUsername: secretOrText,
  },
  "headGroupSpec!": {
    enableIngress: "flag",
    headService: "@core.v1.Service",
    labels: { "*": "text" },
    rayStartParams: { "*": "text" },
    resources: { "*": "text" },
    serviceType: "text",
    "template!": "@core.v1.PodTemplateSpec",
  },
  headServiceAnnotations: { "*": "text" },
  managedBy: "text",
  rayVersion: "text",
  suspend: "flag",
  workerGroupSpecs: [
    {
      "groupName!": "text",
      idleTimeoutSeconds: "whole",
      labels: { "*": "text" },
      maxReplicas: "whole",
      minReplicas: "whole",
      numOfHosts: "whole",
      rayStartParams: { "*": "text" },
      replicas: "whole",
      resources: { "*": "text" },
      scaleStrategy: { workersToDelete: ["text"] },
      suspend: "flag",
      "template!": "@core.v1.PodTemplateSpec",
    },
  ],
};
