// GPU006: a MIG profile that no node offers.
import { migProfileOf } from "../../gpu/resources.ts";
import { valuesOf } from "../../kube/live/fitness.ts";
import { spanOf } from "../../syntax/lines.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const gpu006: Rule = {
  id: "GPU006",
  title: "A node offers the MIG profile that a pod asks for",
  severity: "warning",
  why: "The pod waits for ever: no node is cut into such instances. With the strategy single they are offered as nvidia.com/gpu.",
  source: "https://docs.nvidia.com/datacenter/cloud-native/kubernetes/latest/index.html",
  appliesTo: "cluster",
  cluster: exampleCluster({
    nodes: {
      value: [
        exampleNode({
          allocatable: { cpu: 64_000, memory: 2 ** 39, pods: 110, "nvidia.com/mig-1g.10gb": 7 },
        }),
      ],
    },
  }),
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
          nvidia.com/mig-1g.10gb: 1
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
          nvidia.com/mig-3g.40gb: «1»
`,
  *check(object, cluster) {
    const nodes = cluster.nodes ?? [];
    for (const { misfits, pod } of cluster.fitness(object)) {
      for (const misfit of misfits) {
        if (misfit.is !== "resource" || misfit.largest > 0 || migProfileOf(misfit.resource) === undefined)
          continue;
        const offered = new Set(
          nodes.flatMap(({ allocatable }) =>
            Object.keys(allocatable).filter(
              (name) => migProfileOf(name) !== undefined && (allocatable[name] ?? 0) > 0,
            ),
          ),
        );
        const single = valuesOf("nvidia.com/mig.strategy", nodes).includes("single");
        const there =
          offered.size > 0
            ? `it offers ${[...offered].toSorted().join(", ")}`
            : single
              ? "its instances are offered as nvidia.com/gpu (strategy single)"
              : "none is cut into MIG instances";
        yield {
          at: spanOf(misfit.at ?? pod.spec),
          message: `No node of ${cluster.facts.context} offers ${misfit.resource}; ${there}.`,
        };
      }
    }
  },
};
