// CLU004: what a quota of the namespace leaves.
import { containerResources } from "../../kube/live/podResources.ts";
import { resourceEntry } from "../../kube/live/refusal.ts";
import { exceededText, quotaFaults } from "../../kube/live/quotas.ts";
import { valueOf } from "../../kube/live/facts.ts";
import { spanOf } from "../../syntax/lines.ts";
import { containerSpan, podSpan } from "../liveCluster.ts";
import { exampleCluster } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const clu004: Rule = {
  id: "CLU004",
  title: "The quotas of the namespace leave enough",
  severity: "error",
  why: "The API server refuses pods beyond a ResourceQuota, and pods that do not say what a quota counts. A Deployment or Job is taken, and then makes no pods.",
  source: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    namespaces: {
      default: {
        names: { Pod: { value: [] } },
        quotas: {
          value: [
            {
              name: "gpus",
              hard: { "requests.nvidia.com/gpu": 4_000 },
              used: { "requests.nvidia.com/gpu": 3_000 },
              scopes: [],
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
          nvidia.com/gpu: «2»
`,
  *check(object, cluster) {
    if (cluster.isRefused(object)) return;
    const namespace = cluster.namespace(object);
    const quotas = valueOf(namespace?.quotas);
    // What a LimitRange would fill in has to be known, too.
    const limits = namespace?.limits ? valueOf(namespace.limits) : [];
    if (!quotas || !limits) return;
    for (const { pod, copies } of cluster.podsOf(object)) {
      const containers = containerResources(pod, limits);
      if (!containers) continue;
      // Those that are there already are counted: then only what can't ever be is known.
      const known =
        cluster.hasOwn(object) !== false ? quotas.map((quota) => ({ ...quota, used: {} })) : quotas;
      for (const fault of quotaFaults(pod, containers, known, copies)) {
        const entry = resourceEntry({ ...object, pods: [pod] }, fault.resource);
        const where = `ResourceQuota ${fault.quota} of namespace ${cluster.namespaceOf(object)}`;
        if (fault.is === "unsaid") {
          const at = containerSpan(pod, fault.container) ?? podSpan(object, pod);
          yield { at, message: `${where} wants every container to say its ${fault.resource}.` };
          continue;
        }
        const at = entry ? spanOf(entry.value) : podSpan(object, pod);
        const many =
          copies === 1
            ? "The pod is"
            : fault.allowed === 0
              ? "Its pods are"
              : `Only ${fault.allowed} of ${copies} pods can be made; others are`;
        yield {
          at,
          severity: fault.allowed === 0 ? "error" : "warning",
          message: `${many} refused by ${where}: it takes ${exceededText(fault)}.`,
        };
      }
    }
  },
};
