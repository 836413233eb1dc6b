// The parts of an InferenceService of KServe.
import type { Shape } from "../ownKind.ts";

/** Predictor, transformer and explainer: a pod's spec with fields of their own. */
export const component: { readonly [field: string]: Shape } = {
  canaryTrafficPercent: "whole",
  containerConcurrency: "whole",
  // Their names may be left out.
  containers: ["any"],
  initContainers: ["@core.v1.Container"],
  imagePullSecrets: ["@core.v1.LocalObjectReference"],
  maxReplicas: "whole",
  minReplicas: "whole",
  nodeSelector: { "*": "text" },
  scaleMetric: "text",
  scaleTarget: "whole",
  serviceAccountName: "text",
  timeout: "whole",
  tolerations: ["@core.v1.Toleration"],
  volumes: ["@core.v1.Volume"],
};

export const model: Shape = {
  args: ["text"],
  command: ["text"],
  env: ["@core.v1.EnvVar"],
  envFrom: ["@core.v1.EnvFromSource"],
  image: "text",
  imagePullPolicy: "text",
  livenessProbe: "@core.v1.Probe",
  modelFormat: { "name!": "text", version: "text" },
  name: "text",
  ports: ["@core.v1.ContainerPort"],
  protocolVersion: "text",
  readinessProbe: "@core.v1.Probe",
  resources: "@core.v1.ResourceRequirements",
  runtime: "text",
  runtimeVersion: "text",
  startupProbe: "@core.v1.Probe",
  storage: "any",
  storageUri: "text",
  volumeMounts: ["@core.v1.VolumeMount"],
};

export const servingRuntimeSpec: Shape = {
  affinity: "@core.v1.Affinity",
  annotations: { "*": "text" },
  builtInAdapter: "any",
  "containers!": ["@core.v1.Container"],
  disabled: "flag",
  grpcDataEndpoint: "text",
  grpcEndpoint: "text",
  hostIPC: "flag",
  httpDataEndpoint: "text",
  imagePullSecrets: ["@core.v1.LocalObjectReference"],
  labels: { "*": "text" },
  multiModel: "flag",
  nodeSelector: { "*": "text" },
  protocolVersions: ["text"],
  replicas: "whole",
  schedulerName: "text",
  storageHelper: "any",
  supportedModelFormats: [{ autoSelect: "flag", "name!": "text", priority: "whole", version: "text" }],
  tolerations: ["@core.v1.Toleration"],
  volumes: ["@core.v1.Volume"],
  workerSpec: "any",
};
