// Which fields of an object name another object, and where those are.
// Source: the API types of Kubernetes 1.34, HPA, Ingress, Gateway API, KEDA and Kueue.
import { type ObjectNode, objectNodes } from "../kube/objectNodes.ts";
import { POD_REFERENCES } from "../kube/podReferences.ts";
import { type PodTemplate, podTemplates } from "../kube/podTemplates.ts";
import { sameNamespace } from "../kube/objectSet.ts";
import { type Span, spanOf } from "../syntax/lines.ts";
import { entriesOf, nodeAt, nodesAt, type SyntaxNode, textOf } from "../syntax/node.ts";
import { documents } from "./documents.ts";

/** An object that a file defines. */
export interface Definition {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly podLabels: readonly Readonly<Record<string, string>>[];
  /** Its name. */
  readonly at: Span;
}

/** A place that names other objects: one by its name, or those with pods that a selector picks. */
export interface Reference {
  readonly at: Span;
  readonly namespace: string | undefined;
  readonly to:
    | { readonly kind: string; readonly name: string }
    | { readonly podLabels: Readonly<Record<string, string>> };
}

export interface FileObjects {
  readonly definitions: readonly Definition[];
  readonly references: readonly Reference[];
}

/** Paths in objects of a kind; `kindPath` says where the kind stands that is named, where it is not fixed. */
const IN_OBJECTS: readonly { of: string; path: string; kind?: string; kindPath?: string }[] = [
  { of: "HorizontalPodAutoscaler", path: "spec.scaleTargetRef.name", kindPath: "spec.scaleTargetRef.kind" },
  {
    of: "ScaledObject",
    path: "spec.scaleTargetRef.name",
    kind: "Deployment",
    kindPath: "spec.scaleTargetRef.kind",
  },
  { of: "Ingress", path: "spec.rules.*.http.paths.*.backend.service.name", kind: "Service" },
  { of: "Ingress", path: "spec.defaultBackend.service.name", kind: "Service" },
  { of: "HTTPRoute", path: "spec.rules.*.backendRefs.*.name", kind: "Service" },
  { of: "VirtualService", path: "spec.http.*.route.*.destination.host", kind: "Service" },
  { of: "DestinationRule", path: "spec.host", kind: "Service" },
  { of: "StatefulSet", path: "spec.serviceName", kind: "Service" },
  { of: "PersistentVolumeClaim", path: "spec.storageClassName", kind: "StorageClass" },
  { of: "RoleBinding", path: "roleRef.name", kindPath: "roleRef.kind" },
  { of: "ClusterRoleBinding", path: "roleRef.name", kindPath: "roleRef.kind" },
  { of: "RoleBinding", path: "subjects.*.name", kind: "ServiceAccount" },
  { of: "ClusterRoleBinding", path: "subjects.*.name", kind: "ServiceAccount" },
  { of: "LocalQueue", path: "spec.clusterQueue", kind: "ClusterQueue" },
  { of: "ClusterQueue", path: "spec.resourceGroups.*.flavors.*.name", kind: "ResourceFlavor" },
  {
    of: "TrainJob",
    path: "spec.runtimeRef.name",
    kind: "ClusterTrainingRuntime",
    kindPath: "spec.runtimeRef.kind",
  },
  { of: "InferenceService", path: "spec.predictor.model.runtime", kind: "ServingRuntime" },
];

/** Fields of a map of labels that pick pods. */
const SELECTORS: Readonly<Record<string, string>> = {
  Service: "spec.selector",
  PodDisruptionBudget: "spec.selector.matchLabels",
  NetworkPolicy: "spec.podSelector.matchLabels",
};

/** The label by which Kueue's jobs name their queue. */
const QUEUE_LABEL = "kueue.x-k8s.io/queue-name";

/** What the objects of a manifest define and name; empty for a text that is too long. Never throws. */
export function fileObjects(text: string): FileObjects {
  const definitions: Definition[] = [];
  const references: Reference[] = [];
  for (const { root, start } of documents(text)) {
    for (const object of objectNodes(root)) {
      const pods = podTemplates(object);
      const definition = definitionOf(object, pods);
      if (definition) definitions.push({ ...definition, at: moved(definition.at, start) });
      for (const reference of referencesOf(object, pods))
        references.push({ ...reference, at: moved(reference.at, start) });
    }
  }
  return { definitions, references };
}

/** The objects that a reference means. */
export function meant<Found extends Definition>(
  { to, namespace }: Reference,
  among: readonly Found[],
): Found[] {
  return among.filter((one) => {
    if ("kind" in to && one.name !== hostName(to.name)) return false;
    if ("kind" in to)
      return sameKind(to.kind, one.kind) && (isWide(one.kind) || sameNamespace(one.namespace, namespace));
    const wanted = Object.entries(to.podLabels);
    if (wanted.length === 0 || !sameNamespace(one.namespace, namespace)) return false;
    return one.podLabels.some((labels) => wanted.every(([key, value]) => labels[key] === value));
  });
}

/** Namespaced and cluster-wide kinds that stand in for each other. */
function sameKind(one: string, other: string): boolean {
  const short = (kind: string) => kind.replace(/^Cluster(?=Training|Serving)/, "");
  return short(one) === short(other);
}

/** Objects of these kinds are in no namespace. */
function isWide(kind: string): boolean {
  return /^(?:Cluster\w+|PriorityClass|RuntimeClass|StorageClass|ResourceFlavor)$/.test(kind);
}

/** `llm.ml.svc.cluster.local` is Service `llm`. */
function hostName(name: string): string {
  return /\.svc(?:\.|$)/.test(name) ? (name.split(".")[0] ?? name) : name;
}

function definitionOf(object: ObjectNode, pods: readonly PodTemplate[]): Definition | undefined {
  const { root, kind, name, namespace } = object;
  const at = nodeAt(root, "metadata", "name");
  if (!at || name === undefined) return undefined;
  const podLabels = pods.map((pod) => labels(nodeAt(pod.metadata, "labels")));
  return {
    kind,
    name,
    namespace,
    labels: labels(nodeAt(root, "metadata", "labels")),
    podLabels,
    at: spanOf(at),
  };
}

function* referencesOf(
  { root, kind, namespace }: ObjectNode,
  pods: readonly PodTemplate[],
): Iterable<Reference> {
  for (const pod of pods)
    for (const { kind: wanted, path } of POD_REFERENCES)
      for (const node of nodesAt(pod.spec, path.split("."))) yield* byName(node, wanted, namespace);
  for (const field of IN_OBJECTS) {
    if (field.of !== kind) continue;
    const written =
      field.kindPath === undefined ? undefined : textOf(nodeAt(root, ...field.kindPath.split(".")));
    const wanted = written ?? field.kind;
    if (wanted === undefined) continue;
    for (const node of nodesAt(root, field.path.split("."))) yield* byName(node, wanted, namespace);
  }
  const queue = nodeAt(root, "metadata", "labels", QUEUE_LABEL);
  if (queue) yield* byName(queue, "LocalQueue", namespace);
  const selector = SELECTORS[kind];
  const picked = selector ? nodeAt(root, ...selector.split(".")) : undefined;
  for (const { value } of entriesOf(picked))
    yield { at: spanOf(value), namespace, to: { podLabels: labels(picked) } };
}

function* byName(node: SyntaxNode, kind: string, namespace: string | undefined): Iterable<Reference> {
  const name = textOf(node);
  if (name !== undefined && name !== "") yield { at: spanOf(node), namespace, to: { kind, name } };
}

function labels(node: SyntaxNode | undefined): Record<string, string> {
  return Object.fromEntries(entriesOf(node).map(({ key, value }) => [key.text, textOf(value) ?? ""]));
}

function moved({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
