// CronWorkflow: a Workflow by the clock, by Argo Workflows.
import { type MlKind, suspendSwitch } from "../mlKind.ts";
import { list, text } from "../object.ts";

export const cronWorkflow: MlKind = {
  kind: "CronWorkflow",
  group: "argoproj.io",
  plural: "cronworkflows",
  icon: "watch",
  podLabels: [],
  switch: {
    ...suspendSwitch("spec", "suspend"),
    off: {
      title: "Suspend",
      detail: "No further workflow is started; what runs goes on.",
      patch: () => ({ spec: { suspend: true } }),
    },
    on: {
      title: "Resume",
      detail: "Workflows start by its clock again.",
      patch: () => ({ spec: { suspend: false } }),
    },
  },
  read(object) {
    const clocks = list(object, "spec", "schedules").map(String);
    const schedule = clocks.length > 0 ? clocks.join(", ") : (text(object, "spec", "schedule") ?? "");
    const active = list(object, "status", "active").length;
    const isOff = cronWorkflow.switch?.isOff(object) === true;
    return {
      health: isOff ? "done" : "ok",
      status: isOff ? `${schedule} (suspended)` : schedule,
      facts: [["Active", active > 0 ? `${active} running` : undefined]],
    };
  },
};
