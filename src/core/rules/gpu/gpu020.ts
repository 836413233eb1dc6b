// GPU020: a RuntimeClass that the cluster does not have.
import { liveReferences } from "../../kube/live/references.ts";
import { missingProblem } from "../liveCluster.ts";
import { exampleCluster } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const gpu020: Rule = {
  id: "GPU020",
  title: "The cluster has the RuntimeClass that is named",
  severity: "error",
  why: "The API server refuses a pod whose RuntimeClass is not there. Many clusters need no RuntimeClass nvidia for GPUs, because it is the runtime of their GPU nodes anyway.",
  source: "https://kubernetes.io/docs/concepts/containers/runtime-class/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    names: { RuntimeClass: { value: ["nvidia", "gvisor"] } },
  }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  runtimeClassName: nvidia
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
  runtimeClassName: «nvidai»
  containers:
    - name: main
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  *check(object, cluster) {
    // Then the server has said it, of this or of something before it.
    if (cluster.isRefused(object)) return;
    for (const reference of liveReferences(object)) {
      if (reference.kind !== "RuntimeClass") continue;
      const problem = missingProblem(reference, object, cluster, `of ${cluster.facts.context}`);
      if (problem) yield problem;
    }
  },
};
