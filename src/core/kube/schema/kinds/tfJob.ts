// TFJob of Kubeflow.
import type { OwnKind } from "../ownKind.ts";
import { replicaSpecs, runPolicy } from "../shapes/kubeflow.ts";

export const tfJob: OwnKind = {
  group: "kubeflow.org",
  versions: ["v1"],
  kind: "TFJob",
  source: "https://github.com/kubeflow/training-operator/tree/v1.8.1/manifests/base/crds",
  fields: {
    "spec!": {
      enableDynamicWorker: "flag",
      runPolicy,
      successPolicy: "text",
      "tfReplicaSpecs!": replicaSpecs,
    },
  },
};
