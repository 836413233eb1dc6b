// TrainJob of Kubeflow's trainer.
import type { OwnKind } from "../ownKind.ts";

export const trainJob: OwnKind = {
  group: "trainer.kubeflow.org",
  versions: ["v1alpha1"],
  kind: "TrainJob",
  source: "https://github.com/kubeflow/trainer/tree/v2.0.0/manifests/base/crds",
  fields: {
    "spec!": {
      activeDeadlineSeconds: "whole",
      annotations: { "*": "text" },
      initializer: {
        dataset: { env: ["@core.v1.EnvVar"], secretRef: { name: "text" }, storageUri: "text" },
        model: { env: ["@core.v1.EnvVar"], secretRef: { name: "text" }, storageUri: "text" },
      },
      labels: { "*": "text" },
      managedBy: "text",
      podSpecOverrides: "any",
      podTemplateOverrides: "any",
      runtimePatches: "any",
      "runtimeRef!": { apiGroup: "text", kind: "text", "name!": "text" },
      suspend: "flag",
      trainer: {
        args: ["text"],
        command: ["text"],
        env: ["@core.v1.EnvVar"],
        image: "text",
        numNodes: "whole",
        numProcPerNode: "either",
        resourcesPerNode: "@core.v1.ResourceRequirements",
      },
    },
  },
};
