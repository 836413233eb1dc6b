// Rows of the kinds that keep a number of pods alive.
import { condition, count, field, type KubeObject, text } from "./object.ts";
import { isTerminating, rowIdentity, type WorkloadKind, type WorkloadRow } from "./row.ts";

/** A row that says `ready/desired`, with the controller's own complaint when pods can't be made. */
export function countedRow(
  kind: WorkloadKind,
  object: KubeObject,
  ready: number,
  desired: number,
): WorkloadRow {
  const failure = condition(object, "ReplicaFailure") ?? stuckRollout(object);
  const message = text(failure, "message");
  return {
    kind,
    ...rowIdentity(object),
    ready,
    desired,
    status: isTerminating(object) ? "Terminating" : `${ready}/${desired} ready`,
    health: isTerminating(object)
      ? "progress"
      : message !== undefined
        ? "error"
        : desired > 0 && ready >= desired
          ? "ok"
          : desired === 0
            ? "done"
            : "progress",
    ...(message === undefined ? {} : { message }),
  };
}

/** Deployment, StatefulSet and ReplicaSet: `spec.replicas` (1 when absent) and `status.readyReplicas`. */
export function replicaRow(kind: WorkloadKind, object: KubeObject): WorkloadRow {
  const asked = field(object, "spec", "replicas");
  return countedRow(
    kind,
    object,
    count(object, "status", "readyReplicas"),
    typeof asked === "number" ? asked : 1,
  );
}

function stuckRollout(object: KubeObject): KubeObject | undefined {
  const progressing = condition(object, "Progressing");
  return text(progressing, "status") === "False" ? progressing : undefined;
}
