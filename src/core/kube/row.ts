// What is kept of an object: the few facts that its row in a tree needs. Full objects are dropped.
import type { AcceleratorCounts } from "./accelerators.ts";
import { labelText, linksIn } from "./labelText.ts";
import { creatorsOf } from "./creators.ts";
import { controllerOf, field, type KubeObject, type Owner, text, timeMs } from "./object.ts";

/**
 * ok: does its work · progress: on its way · warning: needs a look · error: does not work · done: finished
 * well · unknown: the cluster does not say.
 */
export type Health = "ok" | "progress" | "warning" | "error" | "done" | "unknown";

interface RowBase {
  /** Unique in the cluster and never used again. */
  uid: string;
  name: string;
  /** Absent for objects of the whole cluster. */
  namespace?: string;
  /** Milliseconds since the epoch; 0 when the object does not say. */
  createdMs: number;
  owner?: Owner;
  health: Health;
  /** The state in a word or two: `Running`, `CrashLoopBackOff`, `2/3 ready`. */
  status: string;
  /** Why, in the cluster's own sentence: the scheduler's for a pod that is Pending. */
  message?: string;
  /** Labels that say whose it is, beside its owner: `ray.io/cluster=name`, the most particular first. */
  links?: readonly string[];
  /** All its labels, `key=value` lines in the order of their keys. */
  labels?: string;
  /** Who made or owns it, as far as its annotations say; a line for each name. */
  creators?: string;
  /** It can be stopped for a while, or started again. */
  can?: "stop" | "start";
}

export interface PodRow extends RowBase {
  kind: "Pod";
  /** Pending, Running, Succeeded, Failed or Unknown. */
  phase: string;
  ready: number;
  containers: number;
  restarts: number;
  accelerators: AcceleratorCounts;
  node?: string;
  /** Its name, an image or a port says that a Jupyter server runs in it. */
  seemsJupyter?: true;
}

export interface NodeRow extends RowBase {
  kind: "Node";
  /** Accelerators that pods can be given. */
  allocatable: AcceleratorCounts;
  /** Model of the accelerator from the node's labels, as `NVIDIA-A100-SXM4-40GB`. */
  product?: string;
  /** How its GPUs are given to several pods at once; absent when each has one holder. */
  sharing?: "time-slicing" | "mps";
  taints: string[];
  /** No new pods are placed on it. */
  cordoned?: true;
}

export interface NamespaceRow extends RowBase {
  kind: "Namespace";
}

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob";

export interface WorkloadRow extends RowBase {
  kind: WorkloadKind;
  ready: number;
  desired: number;
  /** A Job or CronJob that rests. */
  suspended?: true;
}

export interface ServiceRow extends RowBase {
  kind: "Service";
  ports: number[];
}

/** A kind beside those named above, as `ConfigMap.core` or `Job.batch.volcano.sh`: a name alone is not unique. */
export type ResourceKey = `${string}.${string}`;

/** An object of any kind, as the server prints it. */
export interface ResourceRow extends RowBase {
  kind: ResourceKey;
  /** What is said of it beside its state, name and age: heading and text. */
  columns: readonly (readonly [heading: string, text: string])[];
  /** As the server prints it: nothing more is known of the kind. */
  isPrinted?: true;
  /** Labels of the pods that are its own, as `ray.io/cluster=name`; absent for what has no pods. */
  selects?: readonly string[];
  /** Made for another object: where that is shown, its pods stand under that. */
  isDetail?: true;
}

export type ObjectRow = PodRow | NodeRow | NamespaceRow | WorkloadRow | ServiceRow | ResourceRow;

/** The fields that every row has, from the object's metadata. */
export function rowIdentity(object: KubeObject): {
  uid: string;
  name: string;
  namespace?: string;
  createdMs: number;
  owner?: Owner;
  links?: readonly string[];
  labels?: string;
  creators?: string;
} {
  const name = text(object, "metadata", "name") ?? "";
  const namespace = text(object, "metadata", "namespace");
  const owner = controllerOf(object);
  const labels = labelText(object);
  const links = linksIn(labels);
  const creators = creatorsOf(object);
  return {
    uid: text(object, "metadata", "uid") ?? `${namespace ?? ""}/${name}`,
    name,
    createdMs: timeMs(object, "metadata", "creationTimestamp") ?? 0,
    ...(namespace === undefined ? {} : { namespace }),
    ...(owner === undefined ? {} : { owner }),
    ...(links === undefined ? {} : { links }),
    ...(labels === undefined ? {} : { labels }),
    ...(creators === undefined ? {} : { creators }),
  };
}

/** True while the object is on its way out. */
export function isTerminating(object: KubeObject): boolean {
  return field(object, "metadata", "deletionTimestamp") !== undefined;
}
