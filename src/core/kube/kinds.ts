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
import { mlKinds } from "./ml/index.gen.ts";
import { servedMlKind } from "./mlKind.ts";
import type { ServedKind } from "./served.ts";
import { tableKind } from "./tableKind.ts";

/** What makes pods, in the order a namespace lists it. */
export const workloadKinds: readonly Kind[] = [deployment, statefulSet, daemonSet, job, cronJob, replicaSet];

export const kinds: readonly Kind[] = [namespace, node, pod, service, ...workloadKinds];

/** The kind of that name, as `Pod`. */
export function kindNamed(name: string): Kind | undefined {
  return kinds.find((kind) => kind.kind === name);
}

/** How a kind that a cluster serves is shown: as one of ours, or as the server prints it. */
export function kindOf(served: ServedKind): Kind {
  const known = kinds.find((kind) => kind.group === served.group && kind.kind === served.kind);
  if (known) return known;
  const ml = mlKinds.find((kind) => kind.group === served.group && kind.kind === served.kind);
  return ml ? servedMlKind(ml, served) : tableKind(served);
}
