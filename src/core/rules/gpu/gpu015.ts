// GPU015: several GPUs, and 64 MB to talk through.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { commandWords, type PodContainer, resourceEntries } from "../../kube/podTemplates.ts";
import { flagValue, modelServerOf } from "../../serving/modelServers.ts";
import { booleanOf, itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import { mountSharedMemory, mountsSharedMemory } from "../sharedMemory.ts";
import type { Rule } from "../rule.ts";

export const gpu015: Rule = {
  id: "GPU015",
  title: "Multi-GPU work needs a memory volume at /dev/shm",
  severity: "warning",
  why: "A container's /dev/shm has 64 MB. NCCL, data loader workers and tensor-parallel servers pass their data through it and die with a bus error when it is full.",
  source: "https://github.com/pytorch/pytorch#using-pre-built-images",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      command: [torchrun, --nproc_per_node=4, train.py]
      resources:
        limits:
          nvidia.com/gpu: 4
          cpu: 16
          memory: 64Gi
      volumeMounts:
        - name: dshm
          mountPath: /dev/shm
  volumes:
    - name: dshm
      emptyDir:
        medium: Memory
        sizeLimit: 16Gi
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: «train»
      image: registry.example/train:1
      command: [torchrun, --nproc_per_node=4, train.py]
      resources:
        limits:
          nvidia.com/gpu: 4
          memory: 64Gi
`,
  *check(pod, text) {
    // The Ray operator mounts one itself; with hostIPC the node's is used (GPU014).
    if (pod.partial || pod.life === "ray" || booleanOf(nodeAt(pod.spec, "hostIPC")) === true) return;
    for (const container of pod.containers) {
      const reason = container.init ? undefined : reasonFor(container);
      if (reason === undefined || mountsSharedMemory(container)) continue;
      const at = nodeAt(container.node, "name") ?? nodeAt(container.node, "image") ?? container.node;
      yield {
        at,
        message: `${reason} shares memory between processes, and /dev/shm has only 64 MB here: mount a memory volume at /dev/shm.`,
        fixes: [
          { title: "Mount a memory volume at /dev/shm", edits: mountSharedMemory(text, pod, [container]) },
        ],
      };
    }
  },
};

/** What in the container needs shared memory; undefined when nothing that we know does. */
function reasonFor(container: PodContainer): string | undefined {
  const accelerators = acceleratorsOf(container);
  if (accelerators === 0) return undefined;
  const server = modelServerOf(container);
  if (server?.name === "Triton") return "Triton";
  if (server) {
    // A server on several GPUs shares memory only when it splits the model over them.
    const flags = [
      "--tensor-parallel-size",
      "-tp",
      "--tp",
      "--tp-size",
      "--num-shard",
      "--pipeline-parallel-size",
    ];
    return Number(flagValue(container, flags)) > 1 ? `${server.name} with tensor parallelism` : undefined;
  }
  const words = commandWords(container);
  const launcher = words.find((word) => /(?:^|\/)(?:torchrun|deepspeed|horovodrun|mpirun)$/.test(word));
  if (launcher) return launcher.slice(launcher.lastIndexOf("/") + 1);
  const nccl = itemsOf(nodeAt(container.node, "env")).some((item) =>
    textOf(nodeAt(item, "name"))?.startsWith("NCCL_"),
  );
  if (nccl) return "NCCL";
  if (Number(flagValue(container, ["--num-workers", "--num_workers", "--dataloader-num-workers"])) > 0)
    return "A data loader with workers";
  // A TPU's chips share nothing by memory of the node.
  const gpus = resourceEntries(container, "limits").some(({ key }) => /\/(?:gpu|mig-)/.test(key.text));
  return accelerators > 1 && gpus ? "Work on several GPUs" : undefined;
}
