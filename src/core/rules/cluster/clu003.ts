// CLU003: no node can take a pod, or none has room now.
import { capital, count } from "../../../base/words.ts";
import { isAccelerator } from "../../kube/accelerators.ts";
import { resourceNode } from "../../kube/live/fitness.ts";
import { amountText, obstacleLines, placement } from "../../kube/scheduling/explain.ts";
import { placeCopies } from "../../kube/scheduling/report.ts";
import { spanOf } from "../../syntax/lines.ts";
import { podSpan } from "../liveCluster.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const clu003: Rule = {
  id: "CLU003",
  title: "A node can take the pod",
  severity: "warning",
  why: "The pod waits: for ever where no node could take it even if it were empty, and until others end where there is no room now.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/",
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
        requests:
          memory: 64Gi
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
        requests:
          memory: «4Ti»
`,
  *check(object, cluster) {
    for (const { misfits, pod, needs, copies } of cluster.fitness(object)) {
      const nodes = cluster.nodes ?? [];
      for (const misfit of misfits) {
        if (misfit.is === "resource" && !isAccelerator(misfit.resource)) {
          const { resource, wanted, largest, at } = misfit;
          const has = largest === 0 ? "none has any" : `the largest has ${amountText(resource, largest)}`;
          yield {
            at: spanOf(at ?? podSpan(object, pod)),
            message: `No node of ${cluster.facts.context} has ${amountText(resource, wanted)}; ${has}.`,
          };
        }
        if (misfit.is === "together") {
          const lines = obstacleLines(
            placement(
              needs,
              nodes.map((node) => ({ ...node, pods: [] })),
            ),
          );
          yield {
            at: podSpan(object, pod),
            message: `No node of ${cluster.facts.context} can take the pod: ${lines.slice(0, 3).join("; ")}.`,
          };
        }
      }
      if (
        misfits.length > 0 ||
        !cluster.facts.podsSeen ||
        cluster.isRefused(object) ||
        copies === 0 ||
        object.object.kind === "DaemonSet"
      )
        continue;
      const others = cluster.withoutOwn(object, nodes);
      const { count: fit } = placeCopies({ name: "", copies, needs }, others);
      if (fit >= copies) continue;
      const [why = ""] = obstacleLines(
        placement(needs, placeCopies({ name: "", copies, needs }, others).nodes),
      );
      const device = Object.keys(needs.amounts).find((name) => isAccelerator(name));
      const at = device === undefined ? undefined : resourceNode(pod, device);
      const which =
        copies === 1
          ? "There is no room for the pod now"
          : `There is room for ${fit} of ${count(copies, "pod")} now`;
      yield {
        at: at ? spanOf(at) : podSpan(object, pod),
        severity: "information",
        message: `${which}. ${capital(why)}.`,
      };
    }
  },
};
