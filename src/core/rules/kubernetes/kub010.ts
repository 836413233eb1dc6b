// KUB010: a workload whose selector does not match the labels of its own pods.
import { podTemplates } from "../../kube/podTemplates.ts";
import { setEntry, type Value } from "../../syntax/edit.ts";
import {
  entriesOf,
  entryOf,
  itemsOf,
  type MapNode,
  nodeAt,
  type SyntaxNode,
  textOf,
  textsOf,
} from "../../syntax/node.ts";
import type { Problem, ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

const SELECTING = /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet)$/;

export const kub010: Rule = {
  id: "KUB010",
  title: "A selector must match the labels of its template",
  severity: "error",
  aliases: ["mismatching-selector", "deployment-pod-selector-labels-match-template-metadata-labels"],
  why: "The controller would not find the pods that it made, so the API server refuses the workload.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
  appliesTo: "object",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
spec:
  selector:
    matchLabels:
      app: model
  template:
    metadata:
      labels:
        app: model
    spec:
      containers:
        - name: model
          image: registry.example/model:1
`,
  bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
spec:
  selector:
    matchLabels:
      app: «model»
  template:
    metadata:
      labels:
        app: models
    spec:
      containers:
        - name: model
          image: registry.example/model:1
`,
  *check(object, text) {
    if (object.group !== "apps" || !SELECTING.test(object.kind)) return;
    const spec = nodeAt(object.root, "spec");
    const selector = entryOf(spec, "selector");
    const template = nodeAt(spec, "template");
    if (selector?.value.kind !== "map" || template?.kind !== "map") return;
    if (podTemplates(object).some((pod) => pod.partial)) return;
    const labels = nodeAt(template, "metadata", "labels");
    const wanted = entriesOf(nodeAt(selector.value, "matchLabels"));
    const expressions = itemsOf(nodeAt(selector.value, "matchExpressions"));
    if (wanted.length === 0 && expressions.length === 0) {
      const message = `This selector selects nothing, and the API server refuses that: give it matchLabels with labels of the template.`;
      yield { at: selector.key, message };
    }
    for (const { key, value } of wanted) {
      const [meant, found] = [textOf(value), textOf(nodeAt(labels, key.text))];
      if (meant === undefined || meant === found) continue;
      const other = found === undefined ? `has no ${key.text}` : `has ${key.text}: ${found}`;
      yield {
        at: value,
        message: `The selector wants ${key.text}: ${meant}, and the template ${other}; the API server refuses that.`,
        fixes: [fixOf(text, template, key.text, meant)],
      };
    }
    for (const expression of expressions) yield* expressionProblem(expression, labels);
  },
};

function fixOf(text: string, template: MapNode, label: string, value: string): ProblemFix {
  const metadata = nodeAt(template, "metadata");
  const labels = nodeAt(metadata, "labels");
  const title = `Label the template ${label}: ${value}`;
  const edit = (map: MapNode, key: string, content: Value) => ({
    title,
    edits: [setEntry(text, map, key, content)],
  });
  if (labels?.kind === "map") return edit(labels, label, value);
  if (metadata?.kind === "map") return edit(metadata, "labels", { [label]: value });
  return edit(template, "metadata", { labels: { [label]: value } });
}

function* expressionProblem(expression: SyntaxNode, labels: SyntaxNode | undefined): Iterable<Problem> {
  const key = nodeAt(expression, "key");
  const operator = textOf(nodeAt(expression, "operator"));
  const name = textOf(key);
  if (!key || name === undefined) return;
  const values = textsOf(nodeAt(expression, "values"));
  const label = textOf(nodeAt(labels, name));
  const matches =
    operator === "In"
      ? label !== undefined && values.includes(label)
      : operator === "NotIn"
        ? label === undefined || !values.includes(label)
        : operator === "Exists"
          ? label !== undefined
          : operator !== "DoesNotExist" || label === undefined;
  if (matches) return;
  const has = label === undefined ? `no ${name}` : `${name}: ${label}`;
  yield {
    at: key,
    message: `The selector does not match the template, which has ${has}; the API server refuses that.`,
  };
}
