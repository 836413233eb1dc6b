// GPU011: a container made for GPUs, on a node with GPUs, without one.
import { hasAccelerators } from "../../gpu/podGpus.ts";
import { isGpuImage } from "../../image/mlImages.ts";
import { environmentEntry, type PodTemplate } from "../../kube/podTemplates.ts";
import { labelsOf } from "../../kube/labels.ts";
import { setEntry } from "../../syntax/edit.ts";
import { itemsOf, nodeAt } from "../../syntax/node.ts";
import { wantsGpuNode } from "../gpuNodes.ts";
import type { Rule } from "../rule.ts";

export const gpu011: Rule = {
  id: "GPU011",
  title: "A GPU image on a GPU node needs a GPU limit",
  severity: "information",
  why: "Without a limit the pod is not given a GPU. Where NVIDIA's runtime is the node's default, it sees all of them all the same, and computes on GPUs that the scheduler gave to others.",
  source: "https://github.com/NVIDIA/k8s-device-plugin#running-gpu-jobs",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: smi
spec:
  nodeSelector:
    nvidia.com/gpu.present: "true"
  containers:
    - name: smi
      image: nvidia/cuda:12.8.1-base-ubuntu24.04
      command: [nvidia-smi]
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: smi
spec:
  nodeSelector:
    nvidia.com/gpu.present: "true"
  containers:
    - name: smi
      image: «nvidia/cuda:12.8.1-base-ubuntu24.04»
      command: [nvidia-smi]
`,
  *check(pod, text) {
    // Agents on every node (a driver, an exporter) are meant to see all GPUs.
    if (pod.partial || pod.kind === "DaemonSet" || hasAccelerators(pod) || hasOtherGpu(pod)) return;
    if (!wantsGpuNode(pod)) return;
    for (const container of pod.containers) {
      const at = nodeAt(container.node, "image");
      if (!at || !isGpuImage(container.image)) continue;
      if (environmentEntry(container, "NVIDIA_VISIBLE_DEVICES")) continue;
      const resources = nodeAt(container.node, "resources");
      const limits = nodeAt(resources, "limits");
      const edit =
        limits?.kind === "map"
          ? setEntry(text, limits, "nvidia.com/gpu", 1)
          : resources?.kind === "map"
            ? setEntry(text, resources, "limits", { "nvidia.com/gpu": 1 })
            : setEntry(text, container.node, "resources", { limits: { "nvidia.com/gpu": 1 } });
      yield {
        at,
        message:
          "This pod is sent to a node with GPUs and asks for none: it gets no GPU of its own, or sees those of others. Set a limit such as nvidia.com/gpu: 1.",
        fixes: [{ title: "Ask for one GPU", edits: [edit] }],
      };
    }
  },
};

/** A GPU by another way than a limit: a claim, or a fraction of KAI's. */
function hasOtherGpu(pod: PodTemplate): boolean {
  if (itemsOf(nodeAt(pod.spec, "resourceClaims")).length > 0) return true;
  const names = Object.keys(labelsOf(nodeAt(pod.metadata, "annotations")));
  return names.some((name) => name === "gpu-fraction" || name === "gpu-memory");
}
