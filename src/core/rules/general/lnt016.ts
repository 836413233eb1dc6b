// LNT016: replicas that may all be on one node.
import { podGroups } from "../../kube/podGroups.ts";
import { podTemplates } from "../../kube/podTemplates.ts";
import { isNull, nodeAt } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt016: Rule = {
  id: "LNT016",
  title: "Replicas are spread over nodes",
  severity: "information",
  profile: "strict",
  aliases: [
    "no-anti-affinity",
    "deployment-has-host-podantiaffinity",
    "statefulset-has-host-podantiaffinity",
  ],
  why: "Without anti-affinity or topology spread constraints all replicas may land on one node, and are gone with it.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
  appliesTo: "object",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: 3
  selector:
    matchLabels: {app: app}
  template:
    metadata:
      labels: {app: app}
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {app: app}
      containers:
        - name: app
          image: registry.example/app:1
`,
  bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  replicas: «3»
  selector:
    matchLabels: {app: app}
  template:
    metadata:
      labels: {app: app}
    spec:
      containers:
        - name: app
          image: registry.example/app:1
`,
  *check(object) {
    if (object.group !== "apps") return;
    for (const { replicas, at, pod } of podGroups(object, podTemplates(object))) {
      if (replicas === undefined || replicas < 2 || !at || pod.partial) continue;
      const spread = [
        nodeAt(pod.spec, "affinity", "podAntiAffinity"),
        nodeAt(pod.spec, "topologySpreadConstraints"),
      ].some((node) => !isNull(node));
      if (!spread)
        yield {
          at,
          message: `These ${replicas} pods may all land on one node: spread them by topologySpreadConstraints.`,
        };
    }
  },
};
