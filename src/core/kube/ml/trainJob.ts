// TrainJob: training by Kubeflow Trainer, which makes a JobSet of the same name for it.
// Source: https://github.com/kubeflow/trainer pkg/apis/trainer/v1alpha1/trainjob_types.go
import { isTrue, why } from "../conditions.ts";
import { hasStatus, type MlKind, notLookedAt, suspendSwitch } from "../mlKind.ts";
import { list, text } from "../object.ts";
import { anyActive, replicatedJobFacts } from "../replicatedJobs.ts";

export const trainJob: MlKind = {
  kind: "TrainJob",
  group: "trainer.kubeflow.org",
  plural: "trainjobs",
  icon: "mortar-board",
  podLabels: ["jobset.sigs.k8s.io/jobset-name"],
  switch: suspendSwitch("spec", "suspend"),
  read(object) {
    const jobs = list(object, "status", "jobsStatus");
    const facts = [
      ["Runtime", text(object, "spec", "runtimeRef", "name")] as const,
      ...replicatedJobFacts(jobs),
    ];
    if (!hasStatus(object)) return { ...notLookedAt, facts };
    if (isTrue(object, "Complete")) return { health: "done", status: "Complete", facts, isOver: true };
    if (isTrue(object, "Failed")) {
      const { reason = "Failed", message } = why(object, "Failed");
      return { health: "error", status: reason, message, facts, isOver: true };
    }
    if (isTrue(object, "Suspended")) return { health: "progress", status: "Suspended", facts };
    return anyActive(jobs)
      ? { health: "ok", status: "Running", facts }
      : { health: "progress", status: "Starting", facts };
  },
};
