// GPU013: GPU devices and driver libraries taken from the node by hand.
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

/** Devices and driver files that a device plugin and the container runtime bring in themselves. */
const GPU_PATH =
  /^\/dev\/(?:nvidia[\w-]*|dri|kfd)(?:\/|$)|^\/usr\/(?:local\/)?nvidia(?:\/|$)|^\/usr\/lib(?:\/x86_64-linux-gnu|\/aarch64-linux-gnu|64)?\/(?:nvidia|libcuda|libnvidia)|^\/usr\/bin\/nvidia-smi$/;

export const gpu013: Rule = {
  id: "GPU013",
  title: "GPU devices come from the device plugin, not from hostPath",
  severity: "warning",
  why: "A GPU that is mounted from the node is not counted by the scheduler, so two pods can use it, and driver files from the node stop fitting at its next update. Pod Security's baseline level refuses hostPath volumes.",
  source: "https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/",
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
      volumeMounts:
        - name: gpu
          mountPath: /dev/nvidia0
  volumes:
    - name: gpu
      hostPath:
        path: «/dev/nvidia0»
`,
  *check(pod) {
    // What serves a node's GPUs (a driver, a device plugin, an exporter) needs them as they are.
    if (pod.kind === "DaemonSet") return;
    for (const volume of itemsOf(nodeAt(pod.spec, "volumes"))) {
      const at = nodeAt(volume, "hostPath", "path");
      const path = textOf(at);
      if (!at || path === undefined || !GPU_PATH.test(path)) continue;
      yield {
        at,
        message: `${path} comes with the GPU that a limit such as ${resourceFor(path)}: 1 gives; mounted from the node, nobody counts that the GPU is in use.`,
      };
    }
  },
};

function resourceFor(path: string): string {
  if (path.startsWith("/dev/kfd")) return "amd.com/gpu";
  if (path.startsWith("/dev/dri")) return "gpu.intel.com/i915 or amd.com/gpu";
  return "nvidia.com/gpu";
}
