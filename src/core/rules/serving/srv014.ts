// SRV014: a GPU that waits for a CPU.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { commandWords, type PodContainer } from "../../kube/podTemplates.ts";
import { modelServerOf } from "../../serving/modelServers.ts";
import { addEntry, setEntry } from "../../syntax/edit.ts";
import { entryOf, nodeAt } from "../../syntax/node.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

/** For each GPU: what the clouds' machines have beside one, and less than that. */
const CPU_PER_GPU = 4;
const MEMORY_GIB_PER_GPU = 16;

export const srv014: Rule = {
  id: "SRV014",
  title: "GPU work needs CPU and memory requests",
  severity: "warning",
  why: "Without requests a pod gets what others leave: data loaders and tokenizers starve while the GPU waits, and on a full node it is the first to be evicted.",
  source:
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      command: [torchrun, --nproc_per_node=1, train.py]
      resources:
        requests:
          cpu: 8
          memory: 32Gi
        limits:
          nvidia.com/gpu: 1
      volumeMounts:
        - name: dshm
          mountPath: /dev/shm
  volumes:
    - name: dshm
      emptyDir:
        medium: Memory
        sizeLimit: 8Gi
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      command: [torchrun, --nproc_per_node=1, train.py]
      «resources»:
        limits:
          nvidia.com/gpu: 1
`,
  *check(pod, text) {
    if (pod.partial) return;
    for (const container of pod.containers) {
      const gpus = Math.ceil(acceleratorsOf(container));
      const resources = entryOf(container.node, "resources");
      if (gpus === 0 || !resources || !needsProcessor(container)) continue;
      const missing = ["cpu", "memory"].filter(
        (name) => !nodeAt(resources.value, "requests", name) && !nodeAt(resources.value, "limits", name),
      );
      if (missing.length === 0) continue;
      yield {
        at: resources.key,
        message: `This container asks for GPUs and for no ${missing.join(" and no ")}: it gets what other pods leave, and its GPUs wait for it.`,
        fixes: [requesting(text, container, missing, gpus)],
      };
    }
  },
};

/** Where it is known that the CPU feeds the GPU: model servers and launchers of training. */
function needsProcessor(container: PodContainer): boolean {
  if (modelServerOf(container)) return true;
  return commandWords(container).some((word) =>
    /(?:^|\/)(?:torchrun|deepspeed|accelerate|horovodrun)$/.test(word),
  );
}

function requesting(
  text: string,
  container: PodContainer,
  missing: readonly string[],
  gpus: number,
): ProblemFix {
  const amounts = { cpu: CPU_PER_GPU * gpus, memory: `${MEMORY_GIB_PER_GPU * gpus}Gi` };
  const wanted = Object.fromEntries(Object.entries(amounts).filter(([name]) => missing.includes(name)));
  const resources = nodeAt(container.node, "resources");
  const requests = nodeAt(resources, "requests");
  const title = `Request ${Object.entries(wanted)
    .map(([name, amount]) => `${name}: ${amount}`)
    .join(" and ")}`;
  if (requests?.kind === "map" && requests.entries.length > 0)
    return {
      title,
      edits: Object.entries(wanted).map(([name, amount]) => addEntry(text, requests, name, amount)),
    };
  if (resources?.kind !== "map") return { title, edits: [] };
  return { title, edits: [setEntry(text, resources, "requests", wanted)] };
}
