// LNT001: a Service that finds no pods.
import { type LabelSelector, labelsOf } from "../../kube/labels.ts";
import type { ObjectFacts } from "../../kube/objectFacts.ts";
import type { ObjectSet } from "../../kube/objectSet.ts";
import { isNumbered, nearest } from "../../syntax/nearest.ts";
import { entryOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const lnt001: Rule = {
  id: "LNT001",
  title: "A Service must select the pods that are there",
  severity: "warning",
  aliases: ["dangling-service", "service-targets-pod"],
  why: "A selector that no pod's labels satisfy gives a Service without endpoints: connections to it are refused, and nothing says why.",
  source:
    "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#does-the-service-have-any-endpointslices",
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
apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector: {app: llm}
  ports:
    - port: 80
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
apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector: {app: «lllm»}
  ports:
    - port: 80
`,
  *check({ object }, set) {
    if (object.kind !== "Service" || object.group !== "") return;
    const spec = nodeAt(object.root, "spec");
    const entry = entryOf(spec, "selector");
    const equal = labelsOf(entry?.value);
    const keys = Object.keys(equal);
    if (!entry || keys.length === 0 || textOf(nodeAt(spec, "type")) === "ExternalName") return;
    // What controllers add to their pods' labels no template shows, and what kustomizations add neither.
    if (keys.some(isMade) || Object.entries(equal).some((pair) => set.isAdded(...pair))) return;
    const selector: LabelSelector = { equal, expressions: [] };
    const { namespace } = object;
    if (set.picked(selector, namespace).length > 0 || set.mayHaveHiddenPods(namespace)) return;
    const workloads = set.nearPods(namespace);
    const meant = workloads.find(({ name }) => name !== undefined && name === object.name);
    if (meant) yield unlike(entry.value, meant, set);
    else if (isAlone(set, workloads, namespace) || isNear(equal, workloads, set))
      yield {
        at: entry.key,
        severity: "information",
        message: `No pods here have the labels ${labelText(equal)}: if there are none elsewhere, this Service has no endpoints.`,
      };
  },
};

/** Among more, nobody looks for a label that is nearly the same. */
const MOST_WORKLOADS = 100;

/** A label that a controller or an operator adds; `app.kubernetes.io/…` is written by people. */
function isMade(key: string): boolean {
  return (
    (key.includes("/") && !key.startsWith("app.kubernetes.io/")) ||
    /^(?:job-name|notebook-name|statefulset|pod-template-hash)$/.test(key)
  );
}

/** One Service and one workload in a file: they will be about each other. */
function isAlone(set: ObjectSet, workloads: readonly ObjectFacts[], namespace: string | undefined): boolean {
  const own = workloads.filter((facts) => set.isOwn(facts));
  return own.length === 1 && set.ownOfKind("Service", namespace).length === 1;
}

/** A workload has all labels of the selector but one, and that one nearly. */
function isNear(
  wanted: Readonly<Record<string, string>>,
  workloads: readonly ObjectFacts[],
  set: ObjectSet,
): boolean {
  if (workloads.length > MOST_WORKLOADS) return false;
  return workloads.some((facts) =>
    facts.podLabels.some((labels) => {
      const [different, ...more] = Object.entries(wanted).filter(([key, value]) => labels[key] !== value);
      if (!different || more.length > 0) return false;
      const [key, value] = different;
      const own = labels[key];
      if (own === undefined || nearest(value, [own]) === undefined) return false;
      return set.isOwn(facts) || !isNumbered(own, value);
    }),
  );
}

/** The first label of the selector that the pods of a workload do not have. */
function unlike(selector: SyntaxNode, { kind, name, path, ...facts }: ObjectFacts, set: ObjectSet): Problem {
  const labels = facts.podLabels[0] ?? {};
  const entries = selector.kind === "map" ? selector.entries : [];
  const different = entries.find(({ key, value }) => labels[key.text] !== textOf(value));
  const isOwn = set.own.some((one) => one.facts.podLabels === facts.podLabels);
  const called = `${kind} ${name ?? ""}${isOwn ? "" : ` (${path.slice(path.lastIndexOf("/") + 1)})`}`;
  if (!different)
    return { at: selector, message: `No pods of ${called} are selected here: the Service has no endpoints.` };
  const wanted = `${different.key.text}: ${textOf(different.value) ?? ""}`;
  const has = Object.hasOwn(labels, different.key.text);
  return {
    at: has ? different.value : different.key,
    message: `The pods of ${called} have ${has ? `${different.key.text}: ${labels[different.key.text]}` : `no label ${different.key.text}`}, not ${wanted}: the Service finds no pods.`,
  };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map((pair) => pair.join("="))
    .join(", ");
}
