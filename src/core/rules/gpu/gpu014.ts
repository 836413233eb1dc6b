// GPU014: the node's IPC namespace, taken for its shared memory.
import { acceleratorsOf, hasAccelerators } from "../../gpu/podGpus.ts";
import { removeEntry } from "../../syntax/edit.ts";
import { booleanOf, entryOf } from "../../syntax/node.ts";
import { mountSharedMemory, mountsSharedMemory } from "../sharedMemory.ts";
import type { Rule } from "../rule.ts";

export const gpu014: Rule = {
  id: "GPU014",
  title: "Shared memory needs no hostIPC",
  severity: "warning",
  why: "hostIPC lets a pod read the shared memory of every process on the node, and the Pod Security levels baseline and restricted refuse it. A memory volume at /dev/shm gives training the same room.",
  source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 2
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
  hostIPC: «true»
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 2
`,
  *check(pod, text) {
    const entry = entryOf(pod.spec, "hostIPC");
    if (!entry || booleanOf(entry.value) !== true || !hasAccelerators(pod)) return;
    const needy = pod.containers.filter(
      (container) => !container.init && acceleratorsOf(container) > 0 && !mountsSharedMemory(container),
    );
    const edits = entry.merged
      ? []
      : [
          removeEntry(text, pod.spec, entry),
          ...(needy.length > 0 ? mountSharedMemory(text, pod, needy) : []),
        ];
    yield {
      at: entry.value,
      message:
        "hostIPC opens the shared memory of the whole node to this pod; a memory volume at /dev/shm is enough for NCCL and data loaders.",
      fixes: edits.length > 0 ? [{ title: "Use a memory volume at /dev/shm instead", edits }] : [],
    };
  },
};
