// TRN004: what Ray is told of its GPUs and version, beside what its pods have.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { parseReference } from "../../image/reference.ts";
import type { ObjectNode } from "../../kube/objectNodes.ts";
import { podTemplates, type PodTemplate } from "../../kube/podTemplates.ts";
import { removeEntry } from "../../syntax/edit.ts";
import { entryOf, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const trn004: Rule = {
  id: "TRN004",
  title: "Ray counts the GPUs that its pods have, and runs one version",
  severity: "warning",
  why: "KubeRay takes num-gpus from the container's limit. Another number lets Ray place tasks on GPUs that are not there, or leaves some idle. The operator makes its commands for rayVersion, so that must be the version in the image.",
  source: "https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html#raystartparams",
  appliesTo: "object",
  good: `apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: train
spec:
  rayVersion: "2.46.0"
  headGroupSpec:
    rayStartParams:
      num-cpus: "0"
    template:
      spec:
        containers:
          - name: head
            image: rayproject/ray:2.46.0
  workerGroupSpecs:
    - groupName: gpus
      replicas: 2
      rayStartParams: {}
      template:
        spec:
          containers:
            - name: worker
              image: rayproject/ray:2.46.0-gpu
              resources:
                limits:
                  nvidia.com/gpu: 4
`,
  bad: `apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: train
spec:
  rayVersion: «"2.9.0"»
  headGroupSpec:
    rayStartParams:
      num-cpus: "0"
    template:
      spec:
        containers:
          - name: head
            image: rayproject/ray:2.46.0
            resources:
              limits:
                «nvidia.com/gpu»: 1
  workerGroupSpecs:
    - groupName: gpus
      replicas: 2
      rayStartParams:
        num-gpus: «"8"»
      template:
        spec:
          containers:
            - name: worker
              image: rayproject/ray:2.46.0-gpu
              resources:
                limits:
                  nvidia.com/gpu: 4
`,
  *check(object, text) {
    const cluster = clusterOf(object);
    if (!cluster) return;
    const pods = podTemplates(object);
    if (pods.some(({ partial }) => partial)) return;
    yield* version(cluster, pods);
    const head = nodeAt(cluster, "headGroupSpec");
    const workers = itemsOf(nodeAt(cluster, "workerGroupSpecs"));
    for (const group of [head, ...workers]) if (group) yield* startParams(group, pods, text);
    const workersHaveGpus = workers.some((group) => gpusOf(group, pods) > 0);
    if (head && workersHaveGpus) yield* idleHead(head, pods);
  },
};

function clusterOf({ group, kind, root }: ObjectNode): SyntaxNode | undefined {
  if (group !== "ray.io") return undefined;
  if (kind === "RayCluster") return nodeAt(root, "spec");
  if (kind === "RayJob") return nodeAt(root, "spec", "rayClusterSpec");
  return kind === "RayService" ? nodeAt(root, "spec", "rayClusterConfig") : undefined;
}

function podOf(group: SyntaxNode, pods: readonly PodTemplate[]): PodTemplate | undefined {
  return pods.find(({ spec }) => spec === nodeAt(group, "template", "spec"));
}

/** Of Ray's own container, which is the first. */
function gpusOf(group: SyntaxNode, pods: readonly PodTemplate[]): number {
  const ray = podOf(group, pods)?.containers.find((container) => !container.init);
  return ray ? acceleratorsOf(ray) : 0;
}

/** `2.46.0` of an image of Ray's own; other images may be tagged as they like. */
function* version(cluster: SyntaxNode, pods: readonly PodTemplate[]): Iterable<Problem> {
  const node = nodeAt(cluster, "rayVersion");
  const written = textOf(node);
  if (!node || written === undefined || !/^\d+\.\d+\.\d+$/.test(written)) return;
  for (const container of pods.flatMap(({ containers }) => containers)) {
    const reference = parseReference(container.image);
    if ("problem" in reference || !/^rayproject\/ray(?:-ml|-llm)?$/.test(reference.path)) continue;
    const tagged = /^(\d+\.\d+\.\d+)(?:[.-]|$)/.exec(reference.tag ?? "")?.[1];
    if (tagged === undefined || tagged === written) continue;
    yield {
      at: node,
      message: `rayVersion is ${written}, and the image of "${container.name}" has Ray ${tagged}: the operator makes commands for the former.`,
    };
    return;
  }
}

function* startParams(group: SyntaxNode, pods: readonly PodTemplate[], text: string): Iterable<Problem> {
  const parameters = nodeAt(group, "rayStartParams");
  const entry = entryOf(parameters, "num-gpus");
  const written = textOf(entry?.value);
  // 0 on purpose keeps tasks away from the node.
  if (
    !entry ||
    parameters?.kind !== "map" ||
    written === undefined ||
    !/^\d+$/.test(written) ||
    written === "0"
  )
    return;
  const gpus = gpusOf(group, pods);
  if (Number(written) === gpus) return;
  yield {
    at: entry.value,
    message: `Ray is told of ${written} GPUs here, and its container has ${gpus === 0 ? "none" : gpus}: leave num-gpus out, it is taken from the limit.`,
    fixes: entry.merged
      ? []
      : [{ title: "Take it from the limit", edits: [removeEntry(text, parameters, entry)] }],
  };
}

/** A head that is told to run nothing holds a GPU that nothing can use. */
function* idleHead(head: SyntaxNode, pods: readonly PodTemplate[]): Iterable<Problem> {
  const parameters = nodeAt(head, "rayStartParams");
  const none = ["num-cpus", "num-gpus"].some((name) => textOf(nodeAt(parameters, name)) === "0");
  if (!none || gpusOf(head, pods) === 0) return;
  const ray = podOf(head, pods)?.containers.find((container) => !container.init);
  const limits = nodeAt(ray?.node, "resources", "limits");
  const entry =
    limits?.kind === "map" ? limits.entries.find(({ key }) => /\/gpu|mig-|tpu/.test(key.text)) : undefined;
  if (entry)
    yield {
      at: entry.key,
      message: "The head runs no tasks here (0 in rayStartParams), so its GPU stays idle.",
    };
}
