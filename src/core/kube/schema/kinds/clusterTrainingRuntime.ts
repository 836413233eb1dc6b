// ClusterTrainingRuntime of Kubeflow's trainer.
import type { OwnKind } from "../ownKind.ts";
import { trainingRuntimeSpec } from "../shapes/trainer.ts";

export const clusterTrainingRuntime: OwnKind = {
  group: "trainer.kubeflow.org",
  versions: ["v1alpha1"],
  kind: "ClusterTrainingRuntime",
  source: "https://github.com/kubeflow/trainer/tree/v2.0.0/manifests/base/crds",
  fields: { "spec!": trainingRuntimeSpec },
};
