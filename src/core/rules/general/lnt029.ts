// LNT029: a key that a ConfigMap or Secret does not have.
import type { ObjectSet } from "../../kube/objectSet.ts";
import type { PodTemplate } from "../../kube/podTemplates.ts";
import { nearest } from "../../syntax/nearest.ts";
import { booleanOf, isNull, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt029: Rule = {
  id: "LNT029",
  title: "A key that a pod asks for is in its ConfigMap or Secret",
  severity: "warning",
  why: "A container that takes a variable from a key that is not there does not start (CreateContainerConfigError), and a volume with such an item is never mounted. Only objects that are in this file, its folder or the same written namespace are looked at, and none that is filled in later.",
  source:
    "https://kubernetes.io/docs/concepts/configuration/configmap/#using-configmaps-as-environment-variables",
  appliesTo: "set",
  good: `apiVersion: v1
kind: ConfigMap
metadata:
  name: train-config
data: {epochs: "3"}
---
apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: main
      image: registry.example/train:1
      env:
        - name: EPOCHS
          valueFrom: {configMapKeyRef: {name: train-config, key: epochs}}
`,
  bad: `apiVersion: v1
kind: ConfigMap
metadata:
  name: train-config
data: {epochs: "3"}
---
apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: main
      image: registry.example/train:1
      env:
        - name: EPOCHS
          valueFrom: {configMapKeyRef: {name: train-config, key: «epoch»}}
`,
  *check({ object, pods }, set) {
    for (const pod of pods)
      for (const { kind, name, at } of keysAskedFor(pod)) {
        const key = textOf(at);
        if (key === undefined || /[$<>{%@]/.test(key)) continue;
        const keys = keysOf(set, kind, name, object.namespace);
        if (keys === undefined || keys.includes(key)) continue;
        const meant = nearest(key, keys);
        const known = meant === undefined ? keyText(keys) : `"${meant}" may be meant`;
        yield { at, message: `${kind} "${name}" has no key "${key}" (${known}): the pod does not start.` };
      }
  },
};

interface Asked {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  readonly at: SyntaxNode;
}

function* keysAskedFor({ spec, containers }: PodTemplate): Iterable<Asked> {
  const asked = (kind: Asked["kind"], name: SyntaxNode | undefined, at: SyntaxNode | undefined): Asked[] => {
    const called = textOf(name);
    return called === undefined || !at || isNull(at) ? [] : [{ kind, name: called, at }];
  };
  for (const { node } of containers)
    for (const item of itemsOf(nodeAt(node, "env")))
      for (const [kind, field] of [
        ["ConfigMap", "configMapKeyRef"],
        ["Secret", "secretKeyRef"],
      ] as const) {
        const source = nodeAt(item, "valueFrom", field);
        if (isRequired(source)) yield* asked(kind, nodeAt(source, "name"), nodeAt(source, "key"));
      }
  for (const volume of itemsOf(nodeAt(spec, "volumes")))
    for (const [kind, field, name] of [
      ["ConfigMap", "configMap", "name"],
      ["Secret", "secret", "secretName"],
    ] as const) {
      const source = nodeAt(volume, field);
      if (!isRequired(source)) continue;
      for (const item of itemsOf(nodeAt(source, "items")))
        yield* asked(kind, nodeAt(source, name), nodeAt(item, "key"));
    }
}

function isRequired(source: SyntaxNode | undefined): boolean {
  return booleanOf(nodeAt(source, "optional")) !== true;
}

/** Of all objects of that name, as overlays have several; undefined where one may have more, or none is near. */
function keysOf(
  set: ObjectSet,
  kind: string,
  name: string,
  namespace: string | undefined,
): string[] | undefined {
  const found = set.allNamed("", kind, name, namespace);
  if (!found.some((facts) => set.isNear(facts, namespace))) return undefined;
  const keys = found.map((facts) => facts.keys);
  return keys.includes(undefined) ? undefined : keys.flatMap((some) => some ?? []);
}

const MOST_SHOWN = 5;

function keyText(keys: readonly string[]): string {
  const shown = keys.slice(0, MOST_SHOWN).join(", ");
  return `it has ${shown}${keys.length > MOST_SHOWN ? " and more" : ""}`;
}
