// The kinds this project shows, by name and in the order of the tree.
import type { Kind } from "./kind.ts";
import { cronJob } from "./kinds/cronJob.ts";
import { daemonSet } from "./kinds/daemonSet.ts";
import { deployment } from "./kinds/deployment.ts";
import { job } from "./kinds/job.ts";
import { namespace } from "./kinds/namespace.ts";
import { node } from "./kinds/node.ts";
import { pod } from "./kinds/pod.ts";
import { replicaSet } from "./kinds/replicaSet.ts";
import { service } from "./kinds/service.ts";
import { statefulSet } from "./kinds/statefulSet.ts";

/** What makes pods, in the order a namespace lists it. */
export const workloadKinds: readonly Kind[] = [deployment, statefulSet, daemonSet, job, cronJob, replicaSet];

export const kinds: readonly Kind[] = [namespace, node, pod, service, ...workloadKinds];

/** The kind of that name, as `Pod`. */
export function kindNamed(name: string): Kind | undefined {
  return kinds.find((kind) => kind.kind === name);
}
