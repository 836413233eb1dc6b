// CronJob: a Job by the clock.
import { kind } from "../kind.ts";
import { field, list, text } from "../object.ts";
import { rowIdentity, type WorkloadRow } from "../row.ts";

export const cronJob = kind<WorkloadRow>({
  kind: "CronJob",
  group: "batch",
  version: "v1",
  plural: "cronjobs",
  namespaced: true,
  title: "CronJobs",
  icon: "watch",
  project(object) {
    const active = list(object, "status", "active").length;
    const suspended = field(object, "spec", "suspend") === true;
    const schedule = text(object, "spec", "schedule") ?? "";
    return {
      kind: "CronJob",
      ...rowIdentity(object),
      ready: active,
      desired: active,
      status: suspended
        ? `${schedule} (suspended)`
        : active > 0
          ? `${schedule} · ${active} running`
          : schedule,
      health: suspended ? "done" : "ok",
      ...(suspended ? { suspended } : {}),
    };
  },
});
