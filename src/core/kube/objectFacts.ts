// What other files need to know of an object: plain data, small, and never a value of a Secret.
import { entriesOf, itemsOf, nodeAt, numberOf, textOf, textsOf } from "../syntax/node.ts";
import { isAccelerator } from "./accelerators.ts";
import { groupOf } from "./apiVersion.ts";
import { type Labels, labelsOf, type LabelSelector, selectorOf } from "./labels.ts";
import { madeLabels } from "./madeLabels.ts";
import type { ObjectNode } from "./objectNodes.ts";
import { podGroups } from "./podGroups.ts";
import { type PodTemplate, resourceEntries } from "./podTemplates.ts";

export interface PortFacts {
  readonly name: string | undefined;
  readonly number: number | undefined;
}

export interface ObjectFacts {
  /** Of its file, with forward slashes. */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
  /** As the manifest has it; undefined leaves it to the context. */
  readonly namespace: string | undefined;
  readonly labels: Labels;
  /** The labels of each of its pod templates, and those that its controller adds with its name. */
  readonly podLabels: readonly Labels[];
  /** Of the containers of its pods. */
  readonly ports?: readonly PortFacts[];
  /** Of a Deployment or StatefulSet, where it is a plain number or left out. */
  readonly replicas?: number;
  /** Its pods ask for GPUs or the like. */
  readonly hasAccelerators?: true;
  /** Of a ConfigMap or Secret; not there where nobody can say that these are all. */
  readonly keys?: readonly string[];
  /** Of a volume claim. */
  readonly accessModes?: readonly string[];
  /** What an autoscaler of Kubernetes or KEDA decides the number of pods of. */
  readonly scales?: { readonly group: string; readonly kind: string; readonly name: string };
  /** Of a PodDisruptionBudget. */
  readonly selector?: LabelSelector;
  /** Labels that a kustomization adds to what it takes in, its selectors included. */
  readonly adds?: Labels;
}

/** @param path of the file, with forward slashes. */
export function objectFacts(object: ObjectNode, pods: readonly PodTemplate[], path: string): ObjectFacts {
  const { apiVersion, kind, name, namespace, root } = object;
  const labels = labelsOf(nodeAt(root, "metadata", "labels"));
  const common = { path, apiVersion, kind, name, namespace, labels };
  if (pods.length === 0) return { ...common, podLabels: [], ...ownFacts(object) };
  const made = madeLabels(object);
  const podLabels = pods.map((pod) => ({ ...labelsOf(nodeAt(pod.metadata, "labels")), ...made }));
  const scaled = object.group === "apps" && (kind === "Deployment" || kind === "StatefulSet");
  const replicas = scaled ? podGroups(object, pods)[0]?.replicas : undefined;
  return {
    ...common,
    podLabels,
    ports: portsOf(pods),
    ...(replicas === undefined ? {} : { replicas }),
    ...(pods.some(hasAccelerators) ? { hasAccelerators: true } : {}),
  };
}

function portsOf(pods: readonly PodTemplate[]): PortFacts[] {
  return pods
    .flatMap(({ containers }) => containers)
    .flatMap((container) => itemsOf(nodeAt(container.node, "ports")))
    .map((port) => ({ name: textOf(nodeAt(port, "name")), number: numberOf(nodeAt(port, "containerPort")) }));
}

function hasAccelerators({ containers }: PodTemplate): boolean {
  return containers.some((container) =>
    (["limits", "requests"] as const).some((side) =>
      resourceEntries(container, side).some(
        ({ key, value }) => isAccelerator(key.text) && textOf(value) !== "0",
      ),
    ),
  );
}

function ownFacts({ group, kind, root }: ObjectNode): Partial<ObjectFacts> {
  const spec = nodeAt(root, "spec");
  if (group === "" && (kind === "ConfigMap" || kind === "Secret")) {
    const maps = kind === "Secret" ? ["data", "stringData"] : ["data", "binaryData"];
    const entries = maps.flatMap((map) => entriesOf(nodeAt(root, map)));
    // What fills in a Secret later leaves it empty here.
    return entries.length > 0 ? { keys: entries.map(({ key }) => key.text) } : {};
  }
  if (group === "" && kind === "PersistentVolumeClaim")
    return { accessModes: textsOf(nodeAt(spec, "accessModes")) };
  if (group === "policy" && kind === "PodDisruptionBudget") {
    const selector = selectorOf(nodeAt(spec, "selector"));
    return selector ? { selector } : {};
  }
  if (kind === "HorizontalPodAutoscaler" || kind === "ScaledObject") {
    const target = nodeAt(spec, "scaleTargetRef");
    const name = textOf(nodeAt(target, "name"));
    if (name === undefined) return {};
    const of = groupOf(textOf(nodeAt(target, "apiVersion")) ?? "apps/v1");
    return { scales: { group: of, kind: textOf(nodeAt(target, "kind")) ?? "Deployment", name } };
  }
  return {};
}
