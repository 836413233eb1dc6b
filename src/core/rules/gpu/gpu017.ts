// GPU017: a taint of all nodes that would do.
import { taintText } from "../../kube/scheduling/explain.ts";
import { addItem } from "../../syntax/edit.ts";
import { spanOf } from "../../syntax/lines.ts";
import { acceleratorAmounts, resourceNode } from "../../kube/live/fitness.ts";
import { podSpan } from "../liveCluster.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const gpu017: Rule = {
  id: "GPU017",
  title: "A pod tolerates the taints of the nodes that it needs",
  severity: "warning",
  why: "The pod waits for ever: every node that has what it asks for keeps pods away that do not tolerate its taint. Some clusters add the toleration for GPUs by themselves (ExtendedResourceToleration).",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    nodes: {
      value: [exampleNode({ taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] })],
    },
  }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  tolerations:
    - key: nvidia.com/gpu
      operator: Exists
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
    for (const { misfits, pod, needs } of cluster.fitness(object)) {
      for (const misfit of misfits) {
        if (misfit.is !== "taint") continue;
        const { taint, nodes } = misfit;
        const [resource = ""] = acceleratorAmounts(needs)[0] ?? [];
        const toleration = { key: taint.key, operator: "Exists", effect: taint.effect };
        const many = nodes.length === 1 ? `node ${nodes[0]} does` : `${nodes.length} nodes do`;
        yield {
          at: spanOf(resourceNode(pod, resource) ?? podSpan(object, pod)),
          message: `The pod does not tolerate the taint ${taintText(taint)}; but for that, ${many} for it.`,
          fixes: [
            {
              title: `Add a toleration for ${taint.key}`,
              edits: [addItem(object.text, pod.spec, "tolerations", toleration)],
            },
          ],
        };
      }
    }
  },
};
