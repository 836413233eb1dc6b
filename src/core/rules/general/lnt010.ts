// LNT010: names of ConfigMaps, Secrets, claims and accounts that nearly are those of the file.
import type { ObjectSet } from "../../kube/objectSet.ts";
import type { PodTemplate } from "../../kube/podTemplates.ts";
import { booleanOf, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt010: Rule = {
  id: "LNT010",
  title: "What a pod refers to should be there",
  severity: "information",
  aliases: ["non-existent-service-account"],
  why: "A pod whose ConfigMap, Secret or volume claim is missing does not start, and one whose ServiceAccount is missing is not even made. Only names that are nearly those of this file, its folder or its namespace, and accounts and claims of a namespace that the workspace describes, are told of: others may be made elsewhere.",
  source: "https://kubernetes.io/docs/concepts/configuration/configmap/#using-configmaps-as-files-from-a-pod",
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
    - name: train
      image: registry.example/train:1
      envFrom:
        - configMapRef:
            name: train-config
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
    - name: train
      image: registry.example/train:1
      envFrom:
        - configMapRef:
            name: «train-configs»
`,
  *check({ object, pods }, set) {
    for (const pod of pods)
      for (const { kind, at } of referencesOf(pod)) {
        const name = textOf(at);
        if (name === undefined || /[$<>{%@]/.test(name) || set.named("", kind, name, object.namespace))
          continue;
        // Every namespace has it.
        if (kind === "ServiceAccount" && name === "default") continue;
        const meant = set.nearestName("", kind, name, object.namespace);
        if (meant) yield { at, message: `There is no ${kind} "${name}" here; "${meant}" may be meant.` };
        else if (isDescribed(set, kind, object.namespace))
          yield {
            at,
            message: `There is no ${kind} "${name}" in this workspace: without it the pod does not start.`,
          };
      }
  },
};

interface Reference {
  readonly kind: string;
  readonly at: SyntaxNode;
}

function* referencesOf({ spec, containers }: PodTemplate): Iterable<Reference> {
  const found = (kind: string, at: SyntaxNode | undefined): Reference[] => (at ? [{ kind, at }] : []);
  const unless = (kind: string, source: SyntaxNode | undefined, key = "name") =>
    booleanOf(nodeAt(source, "optional")) === true ? [] : found(kind, nodeAt(source, key));
  yield* found("ServiceAccount", nodeAt(spec, "serviceAccountName"));
  for (const volume of itemsOf(nodeAt(spec, "volumes"))) {
    yield* unless("ConfigMap", nodeAt(volume, "configMap"));
    yield* unless("Secret", nodeAt(volume, "secret"), "secretName");
    yield* found("PersistentVolumeClaim", nodeAt(volume, "persistentVolumeClaim", "claimName"));
  }
  for (const { node } of containers) {
    for (const item of itemsOf(nodeAt(node, "envFrom"))) {
      yield* unless("ConfigMap", nodeAt(item, "configMapRef"));
      yield* unless("Secret", nodeAt(item, "secretRef"));
    }
    for (const item of itemsOf(nodeAt(node, "env"))) {
      yield* unless("ConfigMap", nodeAt(item, "valueFrom", "configMapKeyRef"));
      yield* unless("Secret", nodeAt(item, "valueFrom", "secretKeyRef"));
    }
  }
}

/** The workspace has such objects of this very namespace. ConfigMaps are often generated, and Secrets kept elsewhere. */
function isDescribed(set: ObjectSet, kind: string, namespace: string | undefined): boolean {
  if (namespace === undefined || kind === "ConfigMap" || kind === "Secret") return false;
  return set.describes("", kind, namespace);
}
