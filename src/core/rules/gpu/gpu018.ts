// GPU018: a label of nodes that no node has.
import { nearest } from "../../syntax/nearest.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import { spanOf } from "../../syntax/lines.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

const MOST_VALUES = 6;

export const gpu018: Rule = {
  id: "GPU018",
  title: "A node has the labels that a pod selects by",
  severity: "warning",
  why: "The pod waits for ever: no node of the cluster has such a label, such as another product name of its GPUs.",
  source: "https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery",
  appliesTo: "cluster",
  cluster: exampleCluster({ nodes: { value: [exampleNode()] } }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  nodeSelector:
    nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3
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
  nodeSelector:
    nvidia.com/gpu.product: «NVIDIA-H100-80GB-HBM2»
  containers:
    - name: main
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  *check(object, cluster) {
    for (const { misfits } of cluster.fitness(object)) {
      for (const misfit of misfits) {
        if (misfit.is !== "label") continue;
        const { key, wanted, values, at } = misfit;
        const [one = ""] = wanted;
        const meant = wanted.length === 1 ? nearest(one, values) : undefined;
        const shown = values.slice(0, MOST_VALUES).join(", ");
        const what = wanted.length === 0 ? key : `${key}=${wanted.join(" or ")}`;
        const has =
          values.length === 0
            ? `none has ${key} at all`
            : `there ${values.length === 1 ? "is" : "are"} ${shown}${values.length > MOST_VALUES ? ", …" : ""}`;
        yield {
          at: spanOf(at),
          message: `No node of ${cluster.facts.context} has ${what}; ${has}.`,
          fixes:
            meant === undefined
              ? []
              : [{ title: `Change to ${meant}`, edits: [replaceScalar(object.text, at, meant)] }],
        };
      }
    }
  },
};
