// GPU019: which kind of GPU it will be is left open.
import { resourceNode, valuesOf } from "../../kube/live/fitness.ts";
import { spanOf } from "../../syntax/lines.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const gpu019: Rule = {
  id: "GPU019",
  title: "A pod says which of several kinds of GPUs it wants",
  severity: "information",
  why: "The nodes that can take the pod have different GPUs, and it may get any of them: with less memory, or of another speed.",
  source:
    "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/#clusters-containing-different-types-of-gpus",
  appliesTo: "cluster",
  cluster: exampleCluster({
    nodes: {
      value: [
        exampleNode(),
        exampleNode({ name: "gpu-2", labels: { "nvidia.com/gpu.product": "NVIDIA-L4" } }),
      ],
    },
  }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  nodeSelector:
    nvidia.com/gpu.product: NVIDIA-L4
  containers:
    - name: main
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
    - name: main
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: «1»
`,
  *check(object, cluster) {
    for (const { able, pod } of cluster.fitness(object)) {
      const at = resourceNode(pod, "nvidia.com/gpu");
      if (!at) continue;
      const products = valuesOf("nvidia.com/gpu.product", able);
      if (products.length < 2) continue;
      yield {
        at: spanOf(at),
        message: `The pod may get any of ${products.slice(0, 6).join(", ")}: select one by the label nvidia.com/gpu.product.`,
      };
    }
  },
};
