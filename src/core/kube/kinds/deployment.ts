// Deployment: the same pod several times, replaced a few at a time.
import { kind } from "../kind.ts";
import { replicaRow } from "../replicas.ts";
import type { WorkloadRow } from "../row.ts";

export const deployment = kind<WorkloadRow>({
  kind: "Deployment",
  group: "apps",
  version: "v1",
  plural: "deployments",
  namespaced: true,
  title: "Deployments",
  icon: "rocket",
  project: (object) => replicaRow("Deployment", object),
});
