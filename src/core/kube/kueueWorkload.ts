// What Kueue says of a workload that waits, and where it stands in its queue.
// Source: https://kueue.sigs.k8s.io/docs/concepts/workload/ and https://kueue.sigs.k8s.io/docs/tasks/manage/monitor_pending_workloads/
import { condition, count, field, type KubeObject, list, text, timeMs } from "./object.ts";

/** Of Kueue's API, newest first. */
export const kueueVersions = ["v1beta2", "v1beta1"];

/** What is read of a queue beside the workload; absent where it may not be seen or is not served. */
export interface QueueView {
  /** Items of the queue's `pendingworkloads`, as Kueue's visibility API has them: in their order. */
  readonly pending?: readonly KubeObject[];
  /** The LocalQueue that it names. */
  readonly queue?: KubeObject | "absent";
}

/** The workload of one of these owners, or of the group that the object's label names. */
export function workloadOf(
  workloads: readonly KubeObject[],
  uids: readonly string[],
  group: string | undefined,
): KubeObject | undefined {
  return workloads.find(
    (workload) =>
      (group !== undefined && text(workload, "metadata", "name") === group) ||
      list(workload, "metadata", "ownerReferences").some((owner) => uids.includes(text(owner, "uid") ?? "")),
  );
}

/** One sentence each: what it waits for, and what to do about it; empty once Kueue has let it start. */
export function queueSentences(workload: KubeObject, { pending, queue }: QueueView): string[] {
  const name = text(workload, "metadata", "name") ?? "";
  const queueName = text(workload, "spec", "queueName");
  if (isTrue(workload, "Admitted") || isTrue(workload, "Finished")) return [];
  if (queueName === undefined)
    return [`Kueue holds it back, and it names no queue: set the label kueue.x-k8s.io/queue-name.`];
  if (field(workload, "spec", "active") === false)
    return [
      `Its Workload ${name} was deactivated in Kueue: set spec.active of the Workload to true to have it queue again.`,
    ];
  if (queue === "absent")
    return [
      `It waits in LocalQueue ${queueName}, which this namespace does not have: name another, or have it made.`,
    ];
  const clusterQueue =
    text(workload, "status", "admission", "clusterQueue") ?? text(queue, "spec", "clusterQueue");
  const place = `LocalQueue ${queueName}${clusterQueue === undefined ? "" : ` (ClusterQueue ${clusterQueue})`}`;
  if (isTrue(workload, "QuotaReserved")) {
    const checks = list(workload, "status", "admissionChecks").flatMap((check) => {
      const state = text(check, "state");
      if (state === "Ready" || state === undefined) return [];
      const said = text(check, "message");
      return [`${text(check, "name")} is ${state}${said === undefined ? "" : `: ${said}`}`];
    });
    return [
      `It has its quota from ${place} and waits for ${checks.length === 0 ? "its admission" : `the admission check ${checks.join("; ")}`}.`,
    ];
  }
  if (text(queue, "spec", "stopPolicy")?.startsWith("Hold"))
    return [`It waits in ${place}, which is held: resume the queue.`];
  const lines = [`It waits in ${place}${positionText(name, pending)}.`];
  const said = text(condition(workload, "QuotaReserved"), "message");
  if (said !== undefined) lines.push(`Kueue says: ${said}`);
  const requeueMs = timeMs(workload, "status", "requeueState", "requeueAt");
  if (requeueMs !== undefined)
    lines.push(
      `It was put back ${count(workload, "status", "requeueState", "count")} times, and is tried again at ${new Date(requeueMs).toISOString()}.`,
    );
  return lines;
}

function positionText(name: string, pending: readonly KubeObject[] | undefined): string {
  const own = pending?.find((one) => text(one, "metadata", "name") === name);
  if (!own || !pending) return "";
  const inQueue = count(own, "positionInLocalQueue");
  const inCluster = count(own, "positionInClusterQueue");
  const ahead = inCluster === 0 ? "it is the next of all" : `${inCluster} of all queues are before it`;
  return `, as number ${inQueue + 1} of ${pending.length} there; ${ahead}`;
}

function isTrue(object: KubeObject, type: string): boolean {
  return text(condition(object, type), "status") === "True";
}
