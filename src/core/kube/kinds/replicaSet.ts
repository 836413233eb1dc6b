// ReplicaSet: one generation of a Deployment's pods.
import { kind } from "../kind.ts";
import { replicaRow } from "../replicas.ts";
import type { WorkloadRow } from "../row.ts";

export const replicaSet = kind<WorkloadRow>({
  kind: "ReplicaSet",
  group: "apps",
  version: "v1",
  plural: "replicasets",
  namespaced: true,
  title: "ReplicaSets",
  icon: "layers",
  project: (object) => replicaRow("ReplicaSet", object),
});
