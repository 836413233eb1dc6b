// How many pods of each kind an object makes: workers, masters, tasks. From the API types of each project.
import { entriesOf, isNull, itemsOf, nodeAt, numberOf, type SyntaxNode, textOf } from "../syntax/node.ts";
import type { ObjectNode } from "./objectNodes.ts";
import type { PodTemplate } from "./podTemplates.ts";

export interface PodGroup {
  /** As the manifest calls it: `Worker`, a task's or job's name; empty where there is only one. */
  readonly name: string;
  /** Undefined where it is not a plain number. */
  readonly replicas: number | undefined;
  /** Where the number stands, if it does. */
  readonly at: SyntaxNode | undefined;
  /** The part of the manifest that describes the group. */
  readonly node: SyntaxNode;
  readonly pod: PodTemplate;
}

const REPLICA_SPECS = ["pytorch", "tf", "mpi", "xgb", "paddle", "jax"].map((name) => `${name}ReplicaSpecs`);
const ONE_GROUP = new Set(["Deployment", "ReplicaSet", "StatefulSet", "Rollout", "ReplicationController"]);

/** The groups of pods of an object; `pods` are its templates. None for kinds whose numbers are set by others. */
export function podGroups({ group, kind, root }: ObjectNode, pods: readonly PodTemplate[]): PodGroup[] {
  const spec = nodeAt(root, "spec");
  const made = (node: SyntaxNode, name: string, at: SyntaxNode | undefined): PodGroup[] => {
    const pod = pods.find((candidate) => candidate.spec === nodeAt(node, "template", "spec"));
    return pod ? [{ name, replicas: counted(at), at: isNull(at) ? undefined : at, node, pod }] : [];
  };
  if (!spec) return [];
  if (ONE_GROUP.has(kind)) return made(spec, "", nodeAt(spec, "replicas"));
  if (group === "batch" && kind === "Job") return made(spec, "", nodeAt(spec, "parallelism"));
  if (group === "kubeflow.org")
    return REPLICA_SPECS.flatMap((name) => entriesOf(nodeAt(spec, name))).flatMap(({ key, value }) =>
      made(value, key.text, nodeAt(value, "replicas")),
    );
  if (group === "batch.volcano.sh" && kind === "Job")
    return itemsOf(nodeAt(spec, "tasks")).flatMap((task) =>
      made(task, textOf(nodeAt(task, "name")) ?? "", nodeAt(task, "replicas")),
    );
  if (group === "jobset.x-k8s.io")
    return itemsOf(nodeAt(spec, "replicatedJobs")).flatMap((job) => jobGroup(job, pods));
  return [];
}

/** A replicated job makes as many pods as its jobs have, each time. */
function jobGroup(job: SyntaxNode, pods: readonly PodTemplate[]): PodGroup[] {
  const jobSpec = nodeAt(job, "template", "spec");
  const pod = pods.find((candidate) => candidate.spec === nodeAt(jobSpec, "template", "spec"));
  const [replicas, parallelism] = [nodeAt(job, "replicas"), nodeAt(jobSpec, "parallelism")];
  const counts = [counted(replicas), counted(parallelism)];
  const product = counts[0] === undefined || counts[1] === undefined ? undefined : counts[0] * counts[1];
  const at = [parallelism, replicas].find((node) => !isNull(node));
  return pod ? [{ name: textOf(nodeAt(job, "name")) ?? "", replicas: product, at, node: job, pod }] : [];
}

/** 1 where nothing is written, as every one of these kinds has it. */
function counted(node: SyntaxNode | undefined): number | undefined {
  return isNull(node) ? 1 : numberOf(node);
}
