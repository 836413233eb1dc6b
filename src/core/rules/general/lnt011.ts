// LNT011: autoscalers, Ingresses and StatefulSets that name what nearly is in the file.
import { groupOf } from "../../kube/apiVersion.ts";
import { itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt011: Rule = {
  id: "LNT011",
  title: "What an autoscaler, Ingress or StatefulSet names should be there",
  severity: "information",
  aliases: [
    "dangling-horizontalpodautoscaler",
    "dangling-ingress",
    "horizontalpodautoscaler-has-target",
    "ingress-targets-service",
  ],
  why: "An autoscaler without its Deployment scales nothing, an Ingress without its Service answers 503, and the pods of a StatefulSet without its Service have no names in DNS.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
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
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: «llms»}
  maxReplicas: 3
`,
  *check({ object }, set) {
    for (const { group, kind, at } of namedBy(object.group, object.kind, nodeAt(object.root, "spec"))) {
      const name = textOf(at);
      if (name === undefined || /[$<>{%@]/.test(name) || set.named(group, kind, name, object.namespace))
        continue;
      const meant = set.nearestName(group, kind, name, object.namespace);
      if (meant) yield { at, message: `There is no ${kind} "${name}" here; "${meant}" may be meant.` };
    }
  },
};

interface Named {
  readonly group: string;
  readonly kind: string;
  readonly at: SyntaxNode;
}

function namedBy(group: string, kind: string, spec: SyntaxNode | undefined): Named[] {
  const services = (nodes: readonly (SyntaxNode | undefined)[]): Named[] =>
    nodes.flatMap((at) => (at ? [{ group: "", kind: "Service", at }] : []));
  if (group === "autoscaling" && kind === "HorizontalPodAutoscaler") {
    const target = nodeAt(spec, "scaleTargetRef");
    const at = nodeAt(target, "name");
    const scaled = textOf(nodeAt(target, "kind"));
    const of = groupOf(textOf(nodeAt(target, "apiVersion")) ?? "");
    return at && scaled !== undefined ? [{ group: of, kind: scaled, at }] : [];
  }
  if (group === "apps" && kind === "StatefulSet") return services([nodeAt(spec, "serviceName")]);
  if (group !== "networking.k8s.io" || kind !== "Ingress") return [];
  const paths = itemsOf(nodeAt(spec, "rules")).flatMap((rule) => itemsOf(nodeAt(rule, "http", "paths")));
  return services([
    nodeAt(spec, "defaultBackend", "service", "name"),
    ...paths.map((path) => nodeAt(path, "backend", "service", "name")),
  ]);
}
