// Job: pods that run to an end, such as a training run.
import { kind } from "../kind.ts";
import { condition, count, field, text } from "../object.ts";
import { isTerminating, rowIdentity, type WorkloadRow } from "../row.ts";

export const job = kind<WorkloadRow>({
  kind: "Job",
  group: "batch",
  version: "v1",
  plural: "jobs",
  namespaced: true,
  title: "Jobs",
  icon: "tasklist",
  project(object) {
    const asked = field(object, "spec", "completions");
    const desired = typeof asked === "number" ? asked : 1;
    const succeeded = count(object, "status", "succeeded");
    const failed = condition(object, "Failed");
    const hasFailed = text(failed, "status") === "True";
    const isComplete = text(condition(object, "Complete"), "status") === "True";
    const suspended = field(object, "spec", "suspend") === true;
    const active = count(object, "status", "active");
    const message = hasFailed ? text(failed, "message") : undefined;
    const status = isTerminating(object)
      ? "Terminating"
      : hasFailed
        ? (text(failed, "reason") ?? "Failed")
        : isComplete
          ? "Complete"
          : suspended
            ? "Suspended"
            : `${active} running, ${succeeded}/${desired} done`;
    return {
      kind: "Job",
      ...rowIdentity(object),
      ready: succeeded,
      desired,
      status,
      health: hasFailed ? "error" : isComplete ? "done" : active > 0 ? "ok" : "progress",
      ...(suspended ? { suspended } : {}),
      ...(message === undefined ? {} : { message }),
    };
  },
});
