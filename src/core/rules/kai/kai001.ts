// KAI001: parts of GPUs as the KAI scheduler (Run:ai) and Volcano give them.
import { isNvidiaGpu } from "../../gpu/resources.ts";
import type { ObjectNode } from "../../kube/objectNodes.ts";
import { podTemplates, type PodTemplate, resourceEntries } from "../../kube/podTemplates.ts";
import { setEntry } from "../../syntax/edit.ts";
import { entriesOf, entryOf, isNull, type MapEntry, nodeAt, numberOf, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

const FRACTION = "gpu-fraction";
const MEMORY = "gpu-memory";
const VGPU = "volcano.sh/vgpu-number";

export const kai001: Rule = {
  id: "KAI001",
  title: "A part of a GPU is asked for in one way, with a number that fits",
  severity: "error",
  why: "KAI refuses a fraction that is no number between 0 and 1, and a pod that asks for a whole GPU besides. Another scheduler does not know the annotation, and the pod gets no GPU.",
  source: "https://github.com/NVIDIA/KAI-Scheduler/blob/main/docs/gpu-sharing/README.md",
  appliesTo: "object",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
  labels:
    kai.scheduler/queue: research
  annotations:
    gpu-fraction: "0.5"
spec:
  schedulerName: kai-scheduler
  containers:
    - name: notebook
      image: registry.example/notebook:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
  labels:
    kai.scheduler/queue: research
  annotations:
    gpu-fraction: «"1.5"»
spec:
  schedulerName: kai-scheduler
  containers:
    - name: notebook
      image: registry.example/notebook:1
      resources:
        limits:
          «nvidia.com/gpu»: 1
`,
  *check(object, text) {
    for (const pod of podTemplates(object)) {
      if (pod.partial) continue;
      yield* shared(object, pod, text);
      yield* vgpus(pod);
    }
  },
};

function* shared(object: ObjectNode, pod: PodTemplate, text: string): Iterable<Problem> {
  const annotations = nodeAt(pod.metadata, "annotations");
  const [fraction, memory] = [entryOf(annotations, FRACTION), entryOf(annotations, MEMORY)];
  const scheduler = textOf(nodeAt(pod.spec, "schedulerName"));
  const byKai = scheduler !== undefined && /^(?:kai|runai)/.test(scheduler);
  // Others use such names too: only with KAI, or a value that can mean nothing else.
  const asked = fraction ?? memory;
  if (!asked || (!byKai && scheduler !== undefined && scheduler !== "default-scheduler")) return;
  if (fraction)
    yield* amount(fraction, (value) => value > 0 && value < 1, 'a number between 0 and 1, such as "0.5"');
  if (memory)
    yield* amount(
      memory,
      (value) => value > 0 && Number.isInteger(value),
      'a whole number of MiB, such as "2000"',
    );
  if (fraction && memory)
    yield {
      at: memory.key,
      message: "gpu-fraction and gpu-memory are two ways to ask for a part of a GPU: keep one of them.",
    };
  const limit = pod.containers
    .flatMap((container) => resourceEntries(container, "limits"))
    .find(({ key, value }) => isNvidiaGpu(key.text) && textOf(value) !== "0");
  if (limit)
    yield {
      at: limit.key,
      message: `${limit.key.text} asks for a GPU of its own beside ${asked.key.text}: keep one of the two.`,
    };
  const labels = [nodeAt(pod.metadata, "labels"), nodeAt(object.root, "metadata", "labels")].flatMap((map) =>
    entriesOf(map),
  );
  // Operators set the scheduler of pods that have a queue.
  if (labels.some(({ key }) => /^(?:kai\.scheduler|runai)\/queue$|^(?:project|runai\/.*)$/.test(key.text)))
    return;
  if (!byKai) {
    yield {
      at: asked.key,
      severity: "information",
      message: `Only the KAI scheduler knows ${asked.key.text}: without schedulerName: kai-scheduler (or a webhook that sets it) this pod gets no GPU.`,
      fixes: [
        {
          title: "Use the KAI scheduler",
          edits: [setEntry(text, pod.spec, "schedulerName", "kai-scheduler")],
        },
      ],
    };
    return;
  }
  yield {
    at: asked.key,
    severity: "information",
    message: "This pod names no queue (the label kai.scheduler/queue), and KAI schedules by queues.",
  };
}

function* amount(entry: MapEntry, fits: (value: number) => boolean, wanted: string): Iterable<Problem> {
  const { value } = entry;
  const written = textOf(value);
  if (written === undefined || /[${<]/.test(written)) return;
  // A number without quotes is no text, which is told of as such.
  if (numberOf(value) !== undefined) return;
  if (/^\d*\.?\d+$/.test(written) && fits(Number(written))) return;
  yield { at: value, message: `KAI refuses ${entry.key.text}: ${written}; it is ${wanted}.` };
}

/** Volcano's virtual GPUs: memory and cores are shares of a number of them. */
function* vgpus(pod: PodTemplate): Iterable<Problem> {
  for (const container of pod.containers) {
    const limits = resourceEntries(container, "limits");
    const number = limits.find(({ key }) => key.text === VGPU);
    const part = limits.find(({ key }) => /^volcano\.sh\/vgpu-(?:memory|cores)/.test(key.text));
    if (part && !number)
      yield {
        at: part.key,
        severity: "warning",
        message: `${part.key.text} is a share of a virtual GPU, and none is asked for: add ${VGPU}: 1.`,
      };
    const whole = limits.find(
      ({ key, value }) => key.text === "nvidia.com/gpu" && !isNull(value) && textOf(value) !== "0",
    );
    if (number && whole)
      yield {
        at: whole.key,
        severity: "warning",
        message: `nvidia.com/gpu asks for a whole GPU beside ${VGPU}: keep one of the two.`,
      };
  }
}
