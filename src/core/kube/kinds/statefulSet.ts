// StatefulSet: pods with names and volumes of their own.
import { kind } from "../kind.ts";
import { replicaRow } from "../replicas.ts";
import type { WorkloadRow } from "../row.ts";

export const statefulSet = kind<WorkloadRow>({
  kind: "StatefulSet",
  group: "apps",
  version: "v1",
  plural: "statefulsets",
  namespaced: true,
  title: "StatefulSets",
  icon: "database",
  project: (object) => replicaRow("StatefulSet", object),
});
