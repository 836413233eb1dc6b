// TRN002: several GPU pods that need each other, placed one by one.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import type { ObjectNode } from "../../kube/objectNodes.ts";
import { type PodGroup, podGroups } from "../../kube/podGroups.ts";
import { podTemplates } from "../../kube/podTemplates.ts";
import { entriesOf, entryOf, isNull, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const trn002: Rule = {
  id: "TRN002",
  title: "Distributed training needs all its pods at once",
  severity: "information",
  why: "The scheduler places pods one by one. Two jobs that each get half of their pods hold those GPUs and wait for the rest for ever. A queue (Kueue) or a gang scheduler (Volcano, KAI, coscheduling) starts all pods or none.",
  source: "https://kueue.sigs.k8s.io/docs/tasks/run/kubeflow/pytorchjobs/",
  appliesTo: "object",
  good: `apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata:
  name: train
  labels:
    kueue.x-k8s.io/queue-name: research
spec:
  pytorchReplicaSpecs:
    Worker:
      replicas: 4
      restartPolicy: Never
      template:
        spec:
          containers:
            - name: pytorch
              image: registry.example/train:1
              resources:
                limits:
                  nvidia.com/gpu: 1
`,
  bad: `apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata:
  name: train
spec:
  pytorchReplicaSpecs:
    Worker:
      replicas: «4»
      restartPolicy: Never
      template:
        spec:
          containers:
            - name: pytorch
              image: registry.example/train:1
              resources:
                limits:
                  nvidia.com/gpu: 1
`,
  *check(object) {
    if (!worksTogether(object)) return;
    const groups = podGroups(object, podTemplates(object)).filter(({ pod }) =>
      pod.containers.some((container) => acceleratorsOf(container) > 0),
    );
    if (groups.length === 0 || groups.some(({ pod }) => pod.partial || isPlacedTogether(pod))) return;
    const pods = groups.reduce((sum, group) => sum + (group.replicas ?? 0), 0);
    if (pods < 2 || hasQueue(object)) return;
    const at = groups.find((group) => (group.replicas ?? 0) > 1)?.at ?? entryOf(object.root, "kind")?.value;
    if (!at) return;
    yield {
      at,
      message: `These ${pods} pods with GPUs start one by one and wait for each other; two such jobs can block each other for ever. Give the job a queue (kueue.x-k8s.io/queue-name) or a gang scheduler.`,
    };
  },
};

/** Kinds whose pods talk to each other; a Volcano Job is placed as a whole by itself. */
function worksTogether({ group, kind, root }: ObjectNode): boolean {
  const spec = nodeAt(root, "spec");
  // An elastic job begins with the pods that it gets.
  if (group === "kubeflow.org") return kind !== "Notebook" && isNull(nodeAt(spec, "elasticPolicy"));
  if (group === "batch" && kind === "Job") return textOf(nodeAt(spec, "completionMode")) === "Indexed";
  return group === "jobset.x-k8s.io" && kind === "JobSet";
}

function hasQueue({ root }: ObjectNode): boolean {
  const metadata = nodeAt(root, "metadata");
  const names = [nodeAt(metadata, "labels"), nodeAt(metadata, "annotations")].flatMap((map) =>
    entriesOf(map),
  );
  const spec = nodeAt(root, "spec");
  return (
    names.some(({ key }) => isQueueName(key.text)) ||
    !isNull(nodeAt(spec, "runPolicy", "schedulingPolicy")) ||
    !isNull(nodeAt(spec, "podGroupPolicy"))
  );
}

/** A scheduler of its own, or a group or queue that the pod names. */
function isPlacedTogether({ spec, metadata }: PodGroup["pod"]): boolean {
  const scheduler = textOf(nodeAt(spec, "schedulerName"));
  if (scheduler !== undefined && scheduler !== "default-scheduler") return true;
  if (!isNull(nodeAt(spec, "workloadRef")) || !isNull(nodeAt(spec, "schedulingGates"))) return true;
  const names = [nodeAt(metadata, "labels"), nodeAt(metadata, "annotations")].flatMap((map) =>
    entriesOf(map),
  );
  return names.some(({ key }) => isQueueName(key.text));
}

function isQueueName(name: string): boolean {
  return /^kueue\.x-k8s\.io\/|pod-?group|group-name$|\/queue(?:-name)?$|^yunikorn\.apache\.org\//.test(name);
}
