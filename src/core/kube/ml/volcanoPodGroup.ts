// PodGroup of Volcano: pods that are scheduled together; it says why they are not. It is shown under its job.
// Source: https://github.com/volcano-sh/apis pkg/apis/scheduling/v1beta1/types.go
import { isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt } from "../mlKind.ts";
import { count, text } from "../object.ts";

export const volcanoPodGroup: MlKind = {
  kind: "PodGroup",
  group: "scheduling.volcano.sh",
  plural: "podgroups",
  icon: "group-by-ref-type",
  read(object) {
    const least = count(object, "spec", "minMember");
    const facts = [
      ["At least", least > 0 ? `${least} pods` : undefined] as const,
      ["Queue", text(object, "spec", "queue")] as const,
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    const phase = text(object, "status", "phase") ?? "Pending";
    if (phase === "Completed") return { health: "done", status: phase, facts };
    if (phase === "Running") return { health: "ok", status: phase, facts };
    if (isTrue(object, "Unschedulable"))
      return { health: "warning", status: phase, message: why(object, "Unschedulable").message, facts };
    return { health: phase === "Unknown" ? "warning" : "progress", status: phase, facts };
  },
};
