// Finds the pod templates in a manifest: in the workloads of Kubernetes and in the ML kinds that take one.
// Kinds whose pods an operator builds itself (InferenceService, TrainJob) have none, and none is invented.
import { once } from "../../base/once.ts";
import {
  entriesOf,
  itemsOf,
  type MapEntry,
  type MapNode,
  nodeAt,
  nodesAt,
  type ScalarNode,
  type SyntaxNode,
  textOf,
} from "../syntax/node.ts";
import type { ObjectNode } from "./objectNodes.ts";

/** How long the pods live: until they are done, until somebody stops them, or as the Ray operator runs them. */
export type PodLife = "service" | "batch" | "ray" | "notebook";

export interface PodContainer {
  readonly node: MapNode;
  readonly name: string;
  /** Empty in a kustomize patch that only changes other fields. */
  readonly image: string;
  /** An init container that ends before the others start. */
  readonly init: boolean;
  /** Its command line, taken apart once for all rules that ask; see `commandWords` and `placedWords`. */
  readonly line?: () => CommandLine;
}

interface CommandLine {
  readonly placed: readonly PlacedWord[];
  readonly words: readonly string[];
}

/** A word of `command` or `args`, and where it stands. */
export interface PlacedWord {
  readonly text: string;
  readonly item: ScalarNode;
  /** Offset in the item's text. */
  readonly start: number;
}

export interface PodTemplate {
  /** Of the object that holds the template. */
  readonly kind: string;
  readonly life: PodLife;
  /** The pod's metadata, where it has some. */
  readonly metadata: SyntaxNode | undefined;
  readonly spec: MapNode;
  readonly containers: readonly PodContainer[];
  /** A patch (kustomize, strategic merge): what is not there may be in the base. */
  readonly partial: boolean;
}

interface PodKind {
  readonly group: string;
  readonly kind: string;
  readonly life: PodLife;
  /** Ways to the templates; `*` is every item of a list or every value of a map. */
  readonly paths: readonly string[];
}

const RAY_CLUSTER = ["headGroupSpec.template", "workerGroupSpecs.*.template"];
const KUBEFLOW_JOBS: Readonly<Record<string, string>> = {
  PyTorchJob: "pytorchReplicaSpecs",
  TFJob: "tfReplicaSpecs",
  MPIJob: "mpiReplicaSpecs",
  XGBoostJob: "xgbReplicaSpecs",
  PaddleJob: "paddleReplicaSpecs",
  JAXJob: "jaxReplicaSpecs",
};

/** From the API types of each project, as of 2026-08; versions do not matter, the fields are the same. */
const POD_KINDS: readonly PodKind[] = [
  { group: "", kind: "Pod", life: "service", paths: [""] },
  { group: "", kind: "PodTemplate", life: "service", paths: ["template"] },
  { group: "", kind: "ReplicationController", life: "service", paths: ["spec.template"] },
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map((kind): PodKind => {
    return { group: "apps", kind, life: "service", paths: ["spec.template"] };
  }),
  { group: "batch", kind: "Job", life: "batch", paths: ["spec.template"] },
  { group: "batch", kind: "CronJob", life: "batch", paths: ["spec.jobTemplate.spec.template"] },
  { group: "ray.io", kind: "RayCluster", life: "ray", paths: RAY_CLUSTER.map((path) => `spec.${path}`) },
  {
    group: "ray.io",
    kind: "RayJob",
    life: "ray",
    paths: [...RAY_CLUSTER.map((path) => `spec.rayClusterSpec.${path}`), "spec.submitterPodTemplate"],
  },
  {
    group: "ray.io",
    kind: "RayService",
    life: "ray",
    paths: RAY_CLUSTER.map((path) => `spec.rayClusterConfig.${path}`),
  },
  {
    group: "jobset.x-k8s.io",
    kind: "JobSet",
    life: "batch",
    paths: ["spec.replicatedJobs.*.template.spec.template"],
  },
  ...Object.entries(KUBEFLOW_JOBS).map(([kind, field]): PodKind => {
    return { group: "kubeflow.org", kind, life: "batch", paths: [`spec.${field}.*.template`] };
  }),
  { group: "kubeflow.org", kind: "Notebook", life: "notebook", paths: ["spec.template"] },
  {
    group: "leaderworkerset.x-k8s.io",
    kind: "LeaderWorkerSet",
    life: "service",
    paths: ["spec.leaderWorkerTemplate.leaderTemplate", "spec.leaderWorkerTemplate.workerTemplate"],
  },
  { group: "batch.volcano.sh", kind: "Job", life: "batch", paths: ["spec.tasks.*.template"] },
  {
    group: "batch.volcano.sh",
    kind: "CronJob",
    life: "batch",
    paths: ["spec.jobTemplate.spec.tasks.*.template"],
  },
  { group: "argoproj.io", kind: "Rollout", life: "service", paths: ["spec.template"] },
];

/** Every pod template in an object. */
export function podTemplates({ group, kind, root, partial = false }: ObjectNode): PodTemplate[] {
  const known = POD_KINDS.find((candidate) => candidate.kind === kind && candidate.group === group);
  if (!known) return [];
  const templates = known.paths.flatMap((path) => nodesAt(root, path === "" ? [] : path.split(".")));
  return templates.flatMap((template) => podTemplateOf(template, kind, known.life, partial));
}

function podTemplateOf(template: SyntaxNode, kind: string, life: PodLife, patch: boolean): PodTemplate[] {
  const spec = nodeAt(template, "spec");
  if (spec?.kind !== "map") return [];
  const containers = [
    ...itemsOf(nodeAt(spec, "initContainers")).flatMap((node) => containerOf(node, true)),
    ...itemsOf(nodeAt(spec, "containers")).flatMap((node) => containerOf(node, false)),
  ];
  const partial = patch || containers.some((container) => container.image === "");
  return [{ kind, life, metadata: nodeAt(template, "metadata"), spec, containers, partial }];
}

function containerOf(node: SyntaxNode, init: boolean): PodContainer[] {
  if (node.kind !== "map") return [];
  const sidecar = textOf(nodeAt(node, "restartPolicy")) === "Always";
  const name = textOf(nodeAt(node, "name")) ?? "";
  const image = textOf(nodeAt(node, "image")) ?? "";
  return [{ node, name, image, init: init && !sidecar, line: once(() => lineOf(node)) }];
}

/** The entries of `resources.limits` or `resources.requests`. */
export function resourceEntries(container: PodContainer, side: "limits" | "requests"): readonly MapEntry[] {
  return entriesOf(nodeAt(container.node, "resources", side));
}

/** The value of an environment variable that is written out (not taken from a Secret or ConfigMap). */
export function environmentEntry(container: PodContainer, name: string): MapNode | undefined {
  const found = itemsOf(nodeAt(container.node, "env")).find((item) => textOf(nodeAt(item, "name")) === name);
  return found?.kind === "map" ? found : undefined;
}

/** `command` and `args` in one list, a shell's `-c` script split at spaces, to look for flags. */
export function commandWords(container: PodContainer): readonly string[] {
  return (container.line?.() ?? lineOf(container.node)).words;
}

/** As `commandWords`, with their places. */
export function placedWords(container: PodContainer): readonly PlacedWord[] {
  return (container.line?.() ?? lineOf(container.node)).placed;
}

function lineOf(node: MapNode): CommandLine {
  const items = [...itemsOf(nodeAt(node, "command")), ...itemsOf(nodeAt(node, "args"))];
  const placed = items.flatMap((item) => {
    if (item.kind !== "scalar" || textOf(item) === undefined) return [];
    return Array.from(item.text.matchAll(/\S+/g), (match) => ({ text: match[0], item, start: match.index }));
  });
  return { placed, words: placed.map(({ text }) => text) };
}
