// CLU005: what a LimitRange of the namespace allows.
import { containerResources } from "../../kube/live/podResources.ts";
import { limitFaults } from "../../kube/live/limitRanges.ts";
import { resourceEntries } from "../../kube/podTemplates.ts";
import { valueOf } from "../../kube/live/facts.ts";
import { spanOf } from "../../syntax/lines.ts";
import { containerSpan, podSpan } from "../liveCluster.ts";
import { exampleCluster } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const clu005: Rule = {
  id: "CLU005",
  title: "The pod keeps to the LimitRanges of the namespace",
  severity: "error",
  why: "The API server refuses pods whose containers ask for less or more than a LimitRange allows, after it has filled in the defaults that the LimitRange has. A Deployment or Job is taken, and then makes no pods.",
  source: "https://kubernetes.io/docs/concepts/policy/limit-range/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    namespaces: {
      default: {
        names: {},
        limits: {
          value: [
            {
              name: "sizes",
              type: "Container",
              max: { memory: 2 ** 36 * 1000 },
              min: {},
              default: { memory: 2 ** 30 * 1000 },
              defaultRequest: { memory: 2 ** 30 * 1000 },
              maxLimitRequestRatio: {},
            },
          ],
        },
      },
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
        limits:
          memory: «80Gi»
`,
  *check(object, cluster) {
    if (cluster.isRefused(object)) return;
    const limits = valueOf(cluster.namespace(object)?.limits);
    if (!limits || limits.length === 0) return;
    for (const { pod } of cluster.podsOf(object)) {
      const containers = containerResources(pod, limits);
      if (!containers) continue;
      for (const { container, resource, message } of limitFaults(containers, limits)) {
        const asked = container ? [container] : pod.containers;
        const entry = asked
          .flatMap((one) => [...resourceEntries(one, "limits"), ...resourceEntries(one, "requests")])
          .find(({ key }) => key.text === resource);
        const named = container && containerSpan(pod, container.name);
        yield { at: entry ? spanOf(entry.value) : (named ?? podSpan(object, pod)), message };
      }
    }
  },
};
