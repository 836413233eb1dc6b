// How far a rollout is, as kubectl rollout status decides it.
// Source: k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
import { condition, count, field, type KubeObject, text } from "./object.ts";

export interface Rollout {
  /** waiting: pods are still replaced · done: all of them are new and ready · failed: it will not get there. */
  state: "waiting" | "done" | "failed";
  /** What it waits for, or how it ended. */
  text: string;
  /** 0 to 1. */
  fraction: number;
}

/** Of a Deployment, StatefulSet or DaemonSet. */
export function rolloutOf(object: KubeObject): Rollout {
  if (count(object, "metadata", "generation") > count(object, "status", "observedGeneration")) {
    return { state: "waiting", text: "its controller has not seen the change yet", fraction: 0 };
  }
  switch (text(object, "kind")) {
    case "StatefulSet":
      return statefulSetRollout(object);
    case "DaemonSet":
      return counted(object, {
        desired: count(object, "status", "desiredNumberScheduled"),
        updated: count(object, "status", "updatedNumberScheduled"),
        available: count(object, "status", "numberAvailable"),
        old: 0,
      });
    default:
      return deploymentRollout(object);
  }
}

function deploymentRollout(object: KubeObject): Rollout {
  const progressing = condition(object, "Progressing");
  if (text(progressing, "reason") === "ProgressDeadlineExceeded") {
    const why = text(progressing, "message") ?? "it took longer than spec.progressDeadlineSeconds";
    return { state: "failed", text: why, fraction: 0 };
  }
  if (field(object, "spec", "paused") === true) {
    return { state: "failed", text: "it is paused: resume it with spec.paused: false", fraction: 0 };
  }
  const updated = count(object, "status", "updatedReplicas");
  return counted(object, {
    desired: replicas(object),
    updated,
    available: count(object, "status", "availableReplicas"),
    old: count(object, "status", "replicas") - updated,
  });
}

function statefulSetRollout(object: KubeObject): Rollout {
  const desired = replicas(object);
  const partition = count(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  const isWhole =
    text(object, "status", "currentRevision") === text(object, "status", "updateRevision") || partition > 0;
  const updated = count(object, "status", "updatedReplicas");
  return counted(object, {
    desired: Math.max(0, desired - partition),
    // Once all are new the controller counts none as updated any more.
    updated: isWhole && partition === 0 ? desired : updated,
    available: count(object, "status", "readyReplicas"),
    old: 0,
  });
}

interface Counts {
  desired: number;
  updated: number;
  available: number;
  /** Of earlier revisions, still there. */
  old: number;
}

function counted(object: KubeObject, { desired, updated, available, old }: Counts): Rollout {
  const strategy = text(object, "spec", "updateStrategy", "type");
  if (strategy === "OnDelete") {
    const text = "its pods are replaced only when they are deleted (updateStrategy OnDelete)";
    return { state: "failed", text, fraction: 0 };
  }
  const fraction = desired === 0 ? 1 : Math.min(1, (updated + Math.min(available, updated)) / (2 * desired));
  if (updated < desired) return { state: "waiting", text: `${updated} of ${desired} pods are new`, fraction };
  if (old > 0) {
    const text = `${old} old ${old === 1 ? "pod is" : "pods are"} still to end`;
    return { state: "waiting", text, fraction };
  }
  if (available < desired) {
    return { state: "waiting", text: `${available} of ${desired} new pods are available`, fraction };
  }
  const all =
    desired === 0
      ? "no pods are wanted"
      : `${desired === 1 ? "1 pod is" : `${desired} pods are`} new and available`;
  return { state: "done", text: all, fraction: 1 };
}

function replicas(object: KubeObject): number {
  const asked = field(object, "spec", "replicas");
  return typeof asked === "number" ? asked : 1;
}
