// Notebook of Kubeflow.
import type { OwnKind } from "../ownKind.ts";

export const notebook: OwnKind = {
  group: "kubeflow.org",
  versions: ["v1", "v1beta1", "v1alpha1"],
  kind: "Notebook",
  source: "https://github.com/kubeflow/notebooks/tree/notebooks-v1/components/notebook-controller/api",
  fields: { "spec!": { template: { spec: "@core.v1.PodSpec" } } },
};
