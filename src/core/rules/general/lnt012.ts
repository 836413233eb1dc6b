// LNT012: a number of replicas that undoes what an autoscaler did.
import { removeEntry } from "../../syntax/edit.ts";
import { entryOf, isNull, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt012: Rule = {
  id: "LNT012",
  title: "What an autoscaler scales has no number of replicas",
  severity: "warning",
  aliases: ["deployment-targeted-by-hpa-does-not-have-replicas-configured"],
  why: "Each time the manifest is applied the number of pods is set back, under load too, until the autoscaler has counted again.",
  source:
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
  appliesTo: "set",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      containers:
        - name: llm
          image: registry.example/llm:1
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: llm
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: llm}
  maxReplicas: 3
`,
  bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  «replicas»: 2
  selector:
    matchLabels: {app: llm}
  template:
    metadata:
      labels: {app: llm}
    spec:
      containers:
        - name: llm
          image: registry.example/llm:1
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: llm
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: llm}
  maxReplicas: 3
`,
  *check({ object, text }, set) {
    if (object.group !== "apps" || (object.kind !== "Deployment" && object.kind !== "StatefulSet")) return;
    const spec = nodeAt(object.root, "spec");
    const entry = entryOf(spec, "replicas");
    if (spec?.kind !== "map" || !entry || isNull(entry.value)) return;
    const scaler = set
      .scalersOf(object)
      .find((facts) => facts.scales?.group === "apps" && set.isNear(facts, object.namespace));
    if (!scaler || object.name === undefined) return;
    yield {
      at: entry.key,
      message: `The ${scaler.kind} "${scaler.name ?? ""}" decides how many pods run; each apply sets them back to ${textOf(entry.value) ?? "this"}. Leave replicas out.`,
      fixes: entry.merged
        ? []
        : [{ title: "Leave it to the autoscaler", edits: [removeEntry(text, spec, entry)] }],
    };
  },
};
