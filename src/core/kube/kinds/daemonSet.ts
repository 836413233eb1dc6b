// DaemonSet: one pod on every node that fits.
import { kind } from "../kind.ts";
import { count } from "../object.ts";
import { countedRow } from "../replicas.ts";
import type { WorkloadRow } from "../row.ts";

export const daemonSet = kind<WorkloadRow>({
  kind: "DaemonSet",
  group: "apps",
  version: "v1",
  plural: "daemonsets",
  namespaced: true,
  title: "DaemonSets",
  icon: "broadcast",
  project: (object) =>
    countedRow(
      "DaemonSet",
      object,
      count(object, "status", "numberReady"),
      count(object, "status", "desiredNumberScheduled"),
    ),
});
