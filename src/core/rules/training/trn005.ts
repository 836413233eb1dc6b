// TRN005: as many processes as there are pods and GPUs.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { flagOf } from "../../kube/flags.ts";
import type { ObjectNode } from "../../kube/objectNodes.ts";
import { type PodGroup, podGroups } from "../../kube/podGroups.ts";
import { commandWords, podTemplates } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { replaceScalar, setEntry } from "../../syntax/edit.ts";
import type { Span } from "../../syntax/lines.ts";
import { entryOf, nodeAt, numberOf, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const trn005: Rule = {
  id: "TRN005",
  title: "Distributed training starts as many processes as there are pods and GPUs",
  severity: "error",
  why: "Training begins when all processes have met. With more nodes than pods it waits until it times out; with fewer, pods are left out or each trains for itself, and GPUs stay idle.",
  source: "https://docs.pytorch.org/docs/stable/elastic/run.html",
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
              command: [torchrun, --nnodes=4, --nproc_per_node=1, train.py]
`,
  bad: `apiVersion: kubeflow.org/v1
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
              command: [torchrun, --nnodes=«8», --nproc_per_node=1, train.py]
`,
  *check(object, text) {
    const pods = podTemplates(object);
    if (pods.some(({ partial }) => partial)) return;
    const groups = podGroups(object, pods);
    if (worksTogether(object)) yield* nodes(groups, text);
    if (object.group === "kubeflow.org" && object.kind === "PyTorchJob") yield* processes(object, groups);
    if (object.group === "kubeflow.org" && object.kind === "MPIJob") yield* slots(object, groups, text);
    if (object.group === "trainer.kubeflow.org" && object.kind === "TrainJob") yield* trainer(object);
  },
};

function worksTogether({ group, kind, root }: ObjectNode): boolean {
  if (group === "kubeflow.org") return kind === "PyTorchJob";
  if (group === "batch" && kind === "Job")
    return textOf(nodeAt(root, "spec", "completionMode")) === "Indexed";
  return group === "jobset.x-k8s.io";
}

/** `--nnodes` of torchrun beside the pods that run it. */
function* nodes(groups: readonly PodGroup[], text: string): Iterable<Problem> {
  const running = groups.flatMap((group) => {
    const container = group.pod.containers.find((one) =>
      commandWords(one).some((word) => /(?:^|\/)torchrun$|^torch\.distributed\.(?:run|launch)$/.test(word)),
    );
    const flag = container && flagOf(text, container, ["--nnodes"]);
    return flag && /^\d{1,5}$/.test(flag.value) ? [{ group, flag }] : [];
  });
  if (running.some(({ group }) => group.replicas === undefined)) return;
  const pods = running.reduce((sum, { group }) => sum + (group.replicas ?? 0), 0);
  for (const { group, flag } of running) {
    const count = Number(flag.value);
    // Each job of a JobSet's replicas may well be a training of its own.
    const each = numberOf(nodeAt(group.node, "template", "spec", "parallelism"));
    if (count === pods || count === each || pods === 0) continue;
    yield {
      at: flag.at,
      message:
        count > pods
          ? `torchrun waits for ${count} nodes, and there are ${podsText(pods)}: training never starts.`
          : `torchrun expects ${count} node${count === 1 ? "" : "s"}, and there are ${podsText(pods)}: ${count === 1 ? "each trains for itself" : "some are left out"}.`,
      ...(count > pods ? {} : { severity: "warning" as const }),
      fixes: flag.exact ? [{ title: `Change to ${pods}`, edits: [{ ...flag.at, text: String(pods) }] }] : [],
    };
  }
}

function podsText(pods: number): string {
  return pods === 1 ? "1 pod" : `${pods} pods`;
}

/** `nprocPerNode` beside the GPUs of a pod. */
function* processes({ root }: ObjectNode, groups: readonly PodGroup[]): Iterable<Problem> {
  const node = nodeAt(root, "spec", "nprocPerNode");
  const gpus = groups.map(gpusOf);
  yield* mismatch(node, gpus);
}

/** TrainJob: `numProcPerNode` beside the GPUs of a node. */
function* trainer({ root }: ObjectNode): Iterable<Problem> {
  const trainer = nodeAt(root, "spec", "trainer");
  const resources = nodeAt(trainer, "resourcesPerNode");
  const limit =
    nodeAt(resources, "limits", "nvidia.com/gpu") ?? nodeAt(resources, "requests", "nvidia.com/gpu");
  yield* mismatch(nodeAt(trainer, "numProcPerNode"), [parseQuantity(textOf(limit) ?? "") ?? 0]);
}

function* mismatch(node: SyntaxNode | undefined, gpus: readonly number[]): Iterable<Problem> {
  const written = textOf(node);
  if (!node || written === undefined || !/^\d{1,5}$/.test(written)) return;
  const count = Number(written);
  const different = gpus.find((number) => number > 0 && number !== count);
  if (different === undefined) return;
  yield {
    at: node,
    severity: "warning",
    message: `${count} processes run in each pod, which has ${different} GPU${different === 1 ? "" : "s"}: there is one process for each GPU.`,
  };
}

function gpusOf({ pod }: PodGroup): number {
  return pod.containers.reduce((sum, container) => sum + (container.init ? 0 : acceleratorsOf(container)), 0);
}

/** MPIJob: slots beside a worker's GPUs, and the processes of mpirun beside all slots. */
function* slots(object: ObjectNode, groups: readonly PodGroup[], text: string): Iterable<Problem> {
  const workers = groups.find(({ name }) => name === "Worker");
  const launcher = groups.find(({ name }) => name === "Launcher");
  const spec = nodeAt(object.root, "spec");
  if (!workers || spec?.kind !== "map") return;
  const entry = entryOf(spec, "slotsPerWorker");
  const each = entry ? numberOf(entry.value) : 1;
  const gpus = gpusOf(workers);
  if (each === undefined) return;
  if (gpus > 0 && gpus !== each) {
    const place: Span | undefined = entry?.value ?? workers.at ?? entryOf(object.root, "kind")?.value;
    const fix = entry
      ? replaceScalar(text, entry.value, String(gpus))
      : setEntry(text, spec, "slotsPerWorker", gpus);
    if (place)
      yield {
        at: place,
        severity: "warning",
        message: `A worker has ${gpus} GPU${gpus === 1 ? "" : "s"} and ${each} slot${each === 1 ? "" : "s"}: mpirun starts one process for each slot.`,
        fixes: [{ title: `Set slotsPerWorker: ${gpus}`, edits: [fix] }],
      };
    return;
  }
  yield* launched(launcher, workers, each, booleanText(spec, "runLauncherAsWorker"), text);
}

function booleanText(spec: SyntaxNode, key: string): boolean {
  return textOf(nodeAt(spec, key)) === "true";
}

function* launched(
  launcher: PodGroup | undefined,
  workers: PodGroup,
  each: number,
  launcherWorks: boolean,
  text: string,
): Iterable<Problem> {
  const container = launcher?.pod.containers.find((one) =>
    commandWords(one).some((word) => /(?:^|\/)mpi(?:run|exec)$/.test(word)),
  );
  if (!container || workers.replicas === undefined) return;
  const words = commandWords(container);
  if (words.some((word) => /^--?(?:host|hostfile|machinefile|oversubscribe|map-by|N|npernode)$/.test(word)))
    return;
  const flag = flagOf(text, container, ["-np", "-n", "--np", "-c"]);
  if (!flag || !/^\d{1,6}$/.test(flag.value)) return;
  const all = (workers.replicas + (launcherWorks ? 1 : 0)) * each;
  if (Number(flag.value) <= all) return;
  yield {
    at: flag.at,
    message: `mpirun is to start ${flag.value} processes, and the workers have ${all} slots: it refuses with "not enough slots".`,
    fixes: flag.exact ? [{ title: `Change to ${all}`, edits: [{ ...flag.at, text: String(all) }] }] : [],
  };
}
