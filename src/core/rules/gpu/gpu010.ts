// GPU010: NVIDIA_VISIBLE_DEVICES goes past the scheduler.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { environmentEntry } from "../../kube/podTemplates.ts";
import { nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

/** Values with which the container runtime gives no GPU. */
const HARMLESS = new Set(["", "none", "void"]);

export const gpu010: Rule = {
  id: "GPU010",
  title: "NVIDIA_VISIBLE_DEVICES must be left to the device plugin",
  severity: "error",
  why: "The variable tells the container runtime which GPUs to give, whatever was scheduled: a pod without a GPU sees all GPUs of the node, and a pod with one sees others' GPUs. Ask for GPUs with a limit instead.",
  source: "https://github.com/NVIDIA/k8s-device-plugin#running-gpu-jobs",
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
          nvidia.com/gpu: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      env:
        - name: NVIDIA_VISIBLE_DEVICES
          value: «all»
`,
  *check(pod) {
    for (const container of pod.containers) {
      const value = nodeAt(environmentEntry(container, "NVIDIA_VISIBLE_DEVICES"), "value");
      const devices = textOf(value);
      if (!value || devices === undefined || HARMLESS.has(devices.trim())) continue;
      const limited = acceleratorsOf(container) > 0;
      const message = limited
        ? "NVIDIA_VISIBLE_DEVICES overrides the GPUs that the device plugin allocates to this container; take it out, the limit is enough."
        : "With NVIDIA_VISIBLE_DEVICES and no GPU limit, this container can use GPUs of the node that were given to others; take it out and set a limit such as nvidia.com/gpu: 1.";
      // Agents that watch the GPUs of a node (dcgm-exporter, the device plugin) are meant to see them all.
      const agent = pod.kind === "DaemonSet" && !limited;
      yield { at: value, message, ...(agent ? { severity: "information" as const } : {}) };
    }
  },
};
