// GPU021: more GPUs than any node has.
import { isAccelerator } from "../../kube/accelerators.ts";
import { amountText } from "../../kube/scheduling/explain.ts";
import { migProfileOf } from "../../gpu/resources.ts";
import { spanOf } from "../../syntax/lines.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const gpu021: Rule = {
  id: "GPU021",
  title: "A node has as many GPUs as a pod asks for",
  severity: "warning",
  why: "The pod waits for ever: no node of the cluster has so many of them, or none has any. Spread the work over several pods.",
  source: "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/",
  appliesTo: "cluster",
  cluster: exampleCluster({ nodes: { value: [exampleNode()] } }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
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
          nvidia.com/gpu: «16»
`,
  *check(object, cluster) {
    for (const { misfits, pod } of cluster.fitness(object)) {
      for (const misfit of misfits) {
        if (misfit.is !== "resource" || !isAccelerator(misfit.resource)) continue;
        if (migProfileOf(misfit.resource) !== undefined && misfit.largest === 0) continue;
        const { resource, wanted, largest, at } = misfit;
        const message =
          largest === 0
            ? `No node of ${cluster.facts.context} has ${resource}: see that its device plugin runs.`
            : `No node of ${cluster.facts.context} has ${amountText(resource, wanted)}; the largest has ${amountText(resource, largest)}.`;
        yield { at: spanOf(at ?? pod.spec), message };
      }
    }
  },
};
