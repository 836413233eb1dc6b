// Deployments and ReplicaSets: the wanted number of pods, and a new set when the template changes.
import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { resourceOf } from "../api/resources.ts";
import type { Store } from "../api/store.ts";
import {
  type Condition,
  controlledBy,
  isControlledBy,
  setCondition,
  timestamp,
  type Workload,
} from "../object.ts";
import { deletePod, isEnded, isReady, make, makePod, podsOf, writeStatus } from "./podMaker.ts";
import type { Recorder } from "./recorder.ts";

export interface ControlWorld {
  store: Store;
  clock: Clock;
  recorder: Recorder;
}

const revisionKey = "deployment.kubernetes.io/revision";

export function reconcileReplicaSets({ store, clock, recorder }: ControlWorld): void {
  for (const set of store.all<Workload>("ReplicaSet")) {
    if (set.metadata.deletionTimestamp) continue;
    const now = timestamp(clock.now());
    const pods = podsOf(store, set).filter((pod) => !pod.metadata.deletionTimestamp && !isEnded(pod));
    const wanted = set.spec.replicas ?? 1;
    for (let have = pods.length; have < wanted; have++) {
      const pod = makePod(store, set, set.spec.template, { generateName: `${set.metadata.name}-` });
      const message = `Created pod: ${pod.metadata.name}`;
      recorder.record(set, "Normal", "SuccessfulCreate", message, "replicaset-controller");
      pods.push(pod);
    }
    // What is not ready goes first, then the youngest.
    const order = [...pods].sort((one, other) => Number(isReady(one)) - Number(isReady(other)));
    for (const pod of order.slice(0, Math.max(0, pods.length - wanted))) {
      deletePod(store, pod, now);
      const message = `Deleted pod: ${pod.metadata.name}`;
      recorder.record(set, "Normal", "SuccessfulDelete", message, "replicaset-controller");
    }
    const left = podsOf(store, set).filter((pod) => !pod.metadata.deletionTimestamp && !isEnded(pod));
    const ready = left.filter(isReady).length;
    writeStatus(store, set, {
      replicas: left.length,
      fullyLabeledReplicas: left.length,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: set.metadata.generation,
    });
  }
}

export function reconcileDeployments(world: ControlWorld): void {
  for (const deployment of world.store.all<Workload>("Deployment")) {
    if (!deployment.metadata.deletionTimestamp) reconcileDeployment(world, deployment);
  }
}

function reconcileDeployment(world: ControlWorld, deployment: Workload): void {
  const { store, clock } = world;
  const sets = store
    .all<Workload>("ReplicaSet", deployment.metadata.namespace)
    .filter((set) => isControlledBy(set, deployment) && !set.metadata.deletionTimestamp);
  const hash = templateHash(deployment);
  const found = sets.find((set) => set.metadata.labels?.["pod-template-hash"] === hash);
  const current = found ?? createSet(world, deployment, hash, sets.length + 1);
  const others = sets.filter((set) => set.metadata.uid !== current.metadata.uid);
  const wanted = deployment.spec.replicas ?? 1;
  const recreate = (deployment.spec["strategy"] as { type?: string } | undefined)?.type === "Recreate";
  const oldPods = others.flatMap((set) => podsOf(store, set)).filter((pod) => !isEnded(pod));
  const available = count(current, "availableReplicas");
  scale(world, deployment, current, recreate && oldPods.length > 0 ? 0 : wanted);
  for (const set of others) {
    const keep = recreate ? 0 : Math.max(0, wanted - available);
    scale(world, deployment, set, Math.min(set.spec.replicas ?? 0, keep));
  }
  const all = [current, ...others];
  const total = (key: string) => all.reduce((sum, set) => sum + count(set, key), 0);
  const status: { conditions?: Condition[] } & Record<string, unknown> = {
    observedGeneration: deployment.metadata.generation,
    replicas: total("replicas"),
    updatedReplicas: count(current, "replicas"),
    readyReplicas: total("readyReplicas"),
    availableReplicas: total("availableReplicas"),
    unavailableReplicas: Math.max(0, wanted - total("availableReplicas")),
    conditions: [...((deployment.status["conditions"] as Condition[] | undefined) ?? [])],
  };
  const done = available >= wanted && total("replicas") === wanted;
  const enough = total("availableReplicas") >= wanted - Math.floor(wanted / 4);
  const now = timestamp(clock.now());
  setCondition(
    status,
    enough
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        },
    now,
  );
  setCondition(
    status,
    {
      type: "Progressing",
      status: "True",
      reason: done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
      message: `ReplicaSet "${current.metadata.name}" ${done ? "has successfully progressed" : "is progressing"}.`,
    },
    now,
  );
  writeStatus(store, deployment, status);
}

function count(set: Workload, key: string): number {
  const value = set.status[key];
  return typeof value === "number" ? value : 0;
}

/** Ten letters of the kind that Kubernetes uses, the same for the same template. */
function templateHash(deployment: Workload): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  const digest = createHash("sha256").update(JSON.stringify(deployment.spec.template)).digest();
  return Array.from(digest.subarray(0, 10), (byte) => letters[byte % letters.length] ?? "b").join("");
}

function createSet(world: ControlWorld, deployment: Workload, hash: string, revision: number): Workload {
  const { store } = world;
  const template = structuredClone(deployment.spec.template);
  const labels = { ...template.metadata?.labels, "pod-template-hash": hash };
  template.metadata = { ...template.metadata, labels };
  const { namespace, name } = deployment.metadata;
  const set = make(store, resourceOf("ReplicaSet"), {
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace ? { namespace } : {}),
      labels,
      annotations: { [revisionKey]: String(revision) },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector?.matchLabels, "pod-template-hash": hash } },
      template,
    },
  }) as Workload;
  store.update(resourceOf("Deployment"), namespace, name, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionKey]: String(revision) };
  });
  return set;
}

function scale(
  { store, recorder }: ControlWorld,
  deployment: Workload,
  set: Workload,
  replicas: number,
): void {
  const before = set.spec.replicas ?? 0;
  if (before === replicas) return;
  const { namespace, name } = set.metadata;
  store.update<Workload>(resourceOf("ReplicaSet"), namespace, name, (draft) => {
    draft.spec.replicas = replicas;
  });
  const direction = replicas > before ? "up" : "down";
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
  recorder.record(deployment, "Normal", "ScalingReplicaSet", message, "deployment-controller");
}
