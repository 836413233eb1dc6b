// PyTorchJob of Kubeflow.
import type { OwnKind } from "../ownKind.ts";
import { elasticPolicy, replicaSpecs, runPolicy } from "../shapes/kubeflow.ts";

export const pyTorchJob: OwnKind = {
  group: "kubeflow.org",
  versions: ["v1"],
  kind: "PyTorchJob",
  source: "https://github.com/kubeflow/training-operator/tree/v1.8.1/manifests/base/crds",
  fields: {
    "spec!": { elasticPolicy, nprocPerNode: "text", "pytorchReplicaSpecs!": replicaSpecs, runPolicy },
  },
};
