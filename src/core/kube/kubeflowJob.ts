// Training jobs of Kubeflow's first operators: the same conditions and counts of replicas for every framework.
// Source: https://github.com/kubeflow/training-operator (v1.9) pkg/apis/kubeflow.org/v1/common_types.go
import { isTrue, why } from "./conditions.ts";
import { hasStatus, type MlKind, notLookedAt, type Reading, suspendSwitch } from "./mlKind.ts";
import { count, field, type KubeObject, record } from "./object.ts";

/** @param specs where the replicas are asked for, as `pytorchReplicaSpecs`. */
export function kubeflowJob(kind: string, plural: string, specs: string): MlKind {
  return {
    kind,
    group: "kubeflow.org",
    plural,
    icon: "mortar-board",
    podLabels: ["training.kubeflow.org/job-name"],
    switch: suspendSwitch("spec", "runPolicy", "suspend"),
    read: (object) => readJob(object, specs),
  };
}

function readJob(object: KubeObject, specs: string): Reading {
  const facts = Object.entries(record(object, "spec", specs)).map(
    ([role, spec]) => [role, replicasText(object, role, field(spec, "replicas"))] as const,
  );
  if (!hasStatus(object)) return { ...notLookedAt, facts };
  if (isTrue(object, "Succeeded")) return { health: "done", status: "Succeeded", facts, isOver: true };
  if (isTrue(object, "Failed"))
    return { health: "error", status: "Failed", message: why(object, "Failed").message, facts, isOver: true };
  if (isTrue(object, "Suspended") || field(object, "spec", "runPolicy", "suspend") === true)
    return { health: "progress", status: "Suspended", facts };
  if (isTrue(object, "Restarting"))
    return { health: "warning", status: "Restarting", message: why(object, "Restarting").message, facts };
  return isTrue(object, "Running")
    ? { health: "ok", status: "Running", facts }
    : { health: "progress", status: "Created", facts };
}

/** `2/3 running, 1 failed` */
function replicasText(object: KubeObject, role: string, asked: unknown): string {
  const status = record(object, "status", "replicaStatuses", role);
  const desired = typeof asked === "number" ? asked : 1;
  const [active, done, failed] = ["active", "succeeded", "failed"].map((name) => count(status, name));
  const parts = [
    active || !(done || failed) ? `${active}/${desired} running` : undefined,
    done ? `${done}/${desired} done` : undefined,
    failed ? `${failed} failed` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
