// XGBoostJob of Kubeflow.
import type { OwnKind } from "../ownKind.ts";
import { replicaSpecs, runPolicy } from "../shapes/kubeflow.ts";

export const xgBoostJob: OwnKind = {
  group: "kubeflow.org",
  versions: ["v1"],
  kind: "XGBoostJob",
  source: "https://github.com/kubeflow/training-operator/tree/v1.8.1/manifests/base/crds",
  fields: { "spec!": { runPolicy, "xgbReplicaSpecs!": replicaSpecs } },
};
