// JAXJob of Kubeflow.
import type { OwnKind } from "../ownKind.ts";
import { replicaSpecs, runPolicy } from "../shapes/kubeflow.ts";

export const jaxJob: OwnKind = {
  group: "kubeflow.org",
  versions: ["v1"],
  kind: "JAXJob",
  source: "https://github.com/kubeflow/training-operator/tree/v1.9.0/manifests/base/crds",
  fields: { "spec!": { "jaxReplicaSpecs!": replicaSpecs, runPolicy } },
};
