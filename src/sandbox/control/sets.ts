// StatefulSets, DaemonSets and Jobs.
import { type Condition, type Node, setCondition, timestamp, type Workload } from "../object.ts";
import type { ControlWorld } from "./deployments.ts";
import { deletePod, isEnded, isReady, makePod, podsOf, writeStatus } from "./podMaker.ts";

export function reconcileStatefulSets({ store, clock, recorder }: ControlWorld): void {
  for (const set of store.all<Workload>("StatefulSet")) {
    if (set.metadata.deletionTimestamp) continue;
    const wanted = set.spec.replicas ?? 1;
    const pods = podsOf(store, set);
    const named = (index: number) =>
      pods.find((pod) => pod.metadata.name === `${set.metadata.name}-${index}`);
    // One after the other: the next is made when the one before is ready.
    for (let index = 0; index < wanted; index++) {
      const pod = named(index);
      if (pod && isEnded(pod)) deletePod(store, pod, timestamp(clock.now()));
      if (pod && isReady(pod) && !pod.metadata.deletionTimestamp) continue;
      if (!pod) {
        const name = `${set.metadata.name}-${index}`;
        const labels = {
          ...set.spec.template.metadata?.labels,
          "apps.kubernetes.io/pod-index": String(index),
          "statefulset.kubernetes.io/pod-name": name,
        };
        makePod(
          store,
          set,
          { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } },
          { name },
        );
        const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
        recorder.record(set, "Normal", "SuccessfulCreate", message, "statefulset-controller");
      }
      break;
    }
    for (const pod of pods) {
      const index = Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? 0);
      if (index >= wanted) deletePod(store, pod, timestamp(clock.now()));
    }
    const left = podsOf(store, set).filter((pod) => !pod.metadata.deletionTimestamp);
    const ready = left.filter(isReady).length;
    writeStatus(store, set, {
      observedGeneration: set.metadata.generation,
      replicas: left.length,
      currentReplicas: left.length,
      updatedReplicas: left.length,
      readyReplicas: ready,
      availableReplicas: ready,
    });
  }
}

export function reconcileDaemonSets({ store }: ControlWorld): void {
  for (const set of store.all<Workload>("DaemonSet")) {
    if (set.metadata.deletionTimestamp) continue;
    const selector = Object.entries(set.spec.template.spec.nodeSelector ?? {});
    const nodes = store
      .all<Node>("Node")
      .filter((node) => selector.every(([key, value]) => node.metadata.labels?.[key] === value));
    const pods = podsOf(store, set).filter((pod) => !isEnded(pod));
    for (const node of nodes) {
      if (pods.some((pod) => pod.spec.nodeName === node.metadata.name)) continue;
      const template = structuredClone(set.spec.template);
      // The daemon set's own pods are placed by it, not by the scheduler's arithmetic.
      template.spec.nodeName = node.metadata.name;
      makePod(store, set, template, { generateName: `${set.metadata.name}-` });
    }
    const left = podsOf(store, set).filter((pod) => !pod.metadata.deletionTimestamp);
    const ready = left.filter(isReady).length;
    writeStatus(store, set, {
      observedGeneration: set.metadata.generation,
      desiredNumberScheduled: nodes.length,
      currentNumberScheduled: left.length,
      updatedNumberScheduled: left.length,
      numberReady: ready,
      numberAvailable: ready,
      numberMisscheduled: 0,
    });
  }
}

export function reconcileJobs(world: ControlWorld): void {
  for (const job of world.store.all<Workload>("Job")) {
    if (!job.metadata.deletionTimestamp) reconcileJob(world, job);
  }
}

function reconcileJob({ store, clock, recorder }: ControlWorld, job: Workload): void {
  const ended = ((job.status["conditions"] ?? []) as Condition[]).some(
    (one) => one.status === "True" && (one.type === "Complete" || one.type === "Failed"),
  );
  if (ended) return;
  const now = timestamp(clock.now());
  const pods = podsOf(store, job);
  const succeeded = pods.filter((pod) => pod.status.phase === "Succeeded").length;
  const failed = pods.filter((pod) => pod.status.phase === "Failed").length;
  const active = pods.filter((pod) => !isEnded(pod) && !pod.metadata.deletionTimestamp);
  const completions = job.spec.completions ?? 1;
  const conditions: Condition[] = [...((job.status["conditions"] ?? []) as Condition[])];
  const status: Record<string, unknown> & { conditions?: Condition[] } = {
    startTime: job.status["startTime"] ?? now,
    succeeded,
    failed,
    conditions,
  };
  if (succeeded >= completions) {
    setCondition(
      status,
      {
        type: "SuccessCriteriaMet",
        status: "True",
        reason: "CompletionsReached",
        message: "Reached expected number of succeeded pods",
      },
      now,
    );
    setCondition(
      status,
      {
        type: "Complete",
        status: "True",
        reason: "CompletionsReached",
        message: "Reached expected number of succeeded pods",
      },
      now,
    );
    status["completionTime"] = now;
    recorder.record(job, "Normal", "Completed", "Job completed", "job-controller");
  } else if (failed > (job.spec.backoffLimit ?? 6)) {
    setCondition(
      status,
      {
        type: "Failed",
        status: "True",
        reason: "BackoffLimitExceeded",
        message: "Job has reached the specified backoff limit",
      },
      now,
    );
    for (const pod of active) deletePod(store, pod, now);
    recorder.record(
      job,
      "Warning",
      "BackoffLimitExceeded",
      "Job has reached the specified backoff limit",
      "job-controller",
    );
  } else if (job.spec.suspend === true) {
    for (const pod of active) deletePod(store, pod, now);
  } else {
    const wanted = Math.min(job.spec.parallelism ?? 1, completions - succeeded);
    for (let have = active.length; have < wanted; have++) {
      const pod = makePod(store, job, job.spec.template, { generateName: `${job.metadata.name}-` });
      recorder.record(
        job,
        "Normal",
        "SuccessfulCreate",
        `Created pod: ${pod.metadata.name}`,
        "job-controller",
      );
      active.push(pod);
    }
  }
  const running = podsOf(store, job).filter((pod) => !isEnded(pod) && !pod.metadata.deletionTimestamp);
  writeStatus(store, job, { ...status, active: running.length, ready: running.filter(isReady).length });
}
