// GPU016: a memory volume without a bound, or with one beyond the container's memory.
import type { PodContainer, PodTemplate } from "../../kube/podTemplates.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { addEntry, replaceScalar } from "../../syntax/edit.ts";
import { isNull, itemsOf, type MapNode, nodeAt, textOf } from "../../syntax/node.ts";
import { memoryLimitBytes, memoryVolumes, suggestedSize } from "../sharedMemory.ts";
import type { Rule } from "../rule.ts";

export const gpu016: Rule = {
  id: "GPU016",
  title: "A memory volume needs a size below the memory limit",
  severity: "warning",
  why: "What is written to a memory volume counts against the memory limit of the container. Without a sizeLimit, or with one beyond the limit, a full volume gets the container killed (OOMKilled).",
  source: "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
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
          memory: 32Gi
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
      resources:
        limits:
          memory: 4Gi
      volumeMounts:
        - name: dshm
          mountPath: /dev/shm
        - name: scratch
          mountPath: /scratch
  volumes:
    - name: dshm
      emptyDir:
        medium: «Memory»
    - name: scratch
      emptyDir:
        medium: Memory
        sizeLimit: «8Gi»
`,
  *check(pod, text) {
    for (const volume of memoryVolumes(pod)) {
      const emptyDir = nodeAt(volume, "emptyDir");
      const medium = nodeAt(emptyDir, "medium");
      if (emptyDir?.kind !== "map" || !medium) continue;
      const users = mounting(pod, textOf(nodeAt(volume, "name")));
      const suggested = suggestedSize(users);
      const size = nodeAt(emptyDir, "sizeLimit");
      if (!size || isNull(size)) {
        if (pod.partial) continue;
        yield {
          at: medium,
          message:
            "This memory volume has no sizeLimit: it can grow until the container is killed for its memory.",
          fixes: [{ title: `Add sizeLimit: ${suggested}`, edits: [withSize(text, emptyDir, suggested)] }],
        };
        continue;
      }
      const bytes = parseQuantity(textOf(size) ?? "");
      const limits = users.flatMap((container) => memoryLimitBytes(container) ?? []);
      const smallest = Math.min(...limits);
      if (bytes === undefined || !(bytes > smallest)) continue;
      const tight = users.find((container) => memoryLimitBytes(container) === smallest);
      const limit = textOf(nodeAt(tight?.node, "resources", "limits", "memory"));
      yield {
        at: size,
        message: `The sizeLimit of ${textOf(size)} is above the memory limit of ${limit} of container "${tight?.name}", and what is written here counts against that limit.`,
        fixes: [{ title: `Change to ${suggested}`, edits: [replaceScalar(text, size, suggested)] }],
      };
    }
  },
};

function withSize(text: string, emptyDir: MapNode, size: string) {
  const existing = emptyDir.entries.find((entry) => entry.key.text === "sizeLimit");
  if (!existing) return addEntry(text, emptyDir, "sizeLimit", size);
  const colon = text.indexOf(":", existing.key.end) + 1;
  return { start: colon, end: Math.max(colon, existing.value.end), text: ` ${size}` };
}

function mounting(pod: PodTemplate, volume: string | undefined): PodContainer[] {
  return pod.containers.filter((container) =>
    itemsOf(nodeAt(container.node, "volumeMounts")).some((mount) => textOf(nodeAt(mount, "name")) === volume),
  );
}
