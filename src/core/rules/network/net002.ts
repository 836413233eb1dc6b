// NET002: the node's own network for GPU work, and with it the node's DNS.
import { hasAccelerators } from "../../gpu/podGpus.ts";
import { setEntry } from "../../syntax/edit.ts";
import { booleanOf, entryOf, isNull, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const net002: Rule = {
  id: "NET002",
  title: "GPU work on the node's network needs cluster DNS",
  severity: "information",
  why: "With hostNetwork a pod uses the node's DNS, where names of Services and of other workers are not found, unless dnsPolicy is ClusterFirstWithHostNet. Two such pods on a node also clash over a port such as 29500; a second network (Multus) with RDMA needs no hostNetwork.",
  source: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
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
  hostNetwork: «true»
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  *check(pod, text) {
    const entry = entryOf(pod.spec, "hostNetwork");
    if (!entry || booleanOf(entry.value) !== true || pod.kind === "DaemonSet" || !hasAccelerators(pod))
      return;
    const policy = nodeAt(pod.spec, "dnsPolicy");
    if (!isNull(policy) && textOf(policy) !== "ClusterFirst") return;
    const several = pod.life === "batch" || pod.life === "ray" || pod.kind === "LeaderWorkerSet";
    yield {
      at: entry.value,
      ...(several && !pod.partial ? { severity: "warning" as const } : {}),
      message:
        "With hostNetwork this pod asks the node's DNS, which knows no Services and no other pods: set dnsPolicy: ClusterFirstWithHostNet, or leave hostNetwork out.",
      fixes: [
        {
          title: "Set dnsPolicy: ClusterFirstWithHostNet",
          edits: [setEntry(text, pod.spec, "dnsPolicy", "ClusterFirstWithHostNet")],
        },
      ],
    };
  },
};
