// Why no node of a cluster can take a pod: the one thing in the way, with its place in the manifest.
import { isAccelerator } from "../accelerators.ts";
import { nodeValue } from "../../syntax/nodeValue.ts";
import {
  entriesOf,
  itemsOf,
  type MapEntry,
  nodeAt,
  type SyntaxNode,
  textOf,
  textsOf,
} from "../../syntax/node.ts";
import type { Amounts } from "../scheduling/amounts.ts";
import { obstacles } from "../scheduling/fit.ts";
import type { NodeState, Taint } from "../scheduling/nodeState.ts";
import { type PodNeeds, podNeeds } from "../scheduling/podNeeds.ts";
import { NO_PEERS } from "../scheduling/podPeers.ts";
import { type PodContainer, type PodTemplate, resourceEntries } from "../podTemplates.ts";

/** What keeps a pod off every node, however empty they are. */
export type Misfit =
  /** No node has the label, or none with the value. */
  | {
      readonly is: "label";
      readonly key: string;
      readonly wanted: readonly string[];
      readonly values: readonly string[];
      readonly at: SyntaxNode;
    }
  /** `largest` is what the best node has: 0 when none has any. */
  | {
      readonly is: "resource";
      readonly resource: string;
      readonly wanted: number;
      readonly largest: number;
      readonly at: SyntaxNode | undefined;
    }
  /** Nodes that would do but for a taint. */
  | { readonly is: "taint"; readonly taint: Taint; readonly nodes: readonly string[] }
  | { readonly is: "together" };

export interface Fitness {
  readonly needs: PodNeeds;
  /** Nodes that take the pod when they are empty. */
  readonly able: readonly NodeState[];
  /** Empty while a node is able. */
  readonly misfits: readonly Misfit[];
}

/** @param amounts what the pod asks for with the defaults of its namespace. */
export function fitness(pod: PodTemplate, nodes: readonly NodeState[], amounts?: Amounts): Fitness {
  const written = podNeeds({ spec: nodeValue(pod.spec) });
  // Labels of the pods that are there are not read for it.
  const needs = { ...written, peers: NO_PEERS, amounts: { ...amounts, ...written.amounts } };
  const empty = nodes.map((node) => ({ ...node, pods: [] }));
  const able = empty.filter((node) => obstacles(needs, { ...node, isUnschedulable: false }).length === 0);
  if (able.length > 0 || nodes.length === 0) return { needs, able, misfits: [] };
  const misfits = [...labelMisfits(pod, nodes), ...resourceMisfits(pod, needs, nodes)];
  if (misfits.length === 0) misfits.push(...taintMisfits(needs, empty));
  return { needs, able, misfits: misfits.length > 0 ? misfits : [{ is: "together" }] };
}

function labelMisfits({ spec }: PodTemplate, nodes: readonly NodeState[]): Misfit[] {
  const found: Misfit[] = [];
  for (const { key, value } of entriesOf(nodeAt(spec, "nodeSelector"))) {
    const wanted = textOf(value);
    const values = valuesOf(key.text, nodes);
    if (wanted !== undefined && !values.includes(wanted))
      found.push({ is: "label", key: key.text, wanted: [wanted], values, at: value });
  }
  const terms = itemsOf(
    nodeAt(
      spec,
      "affinity",
      "nodeAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
      "nodeSelectorTerms",
    ),
  );
  // With several terms one is enough: which of them was meant is not known.
  const [term, ...others] = terms;
  if (!term || others.length > 0) return found;
  for (const expression of itemsOf(nodeAt(term, "matchExpressions"))) {
    const key = textOf(nodeAt(expression, "key"));
    const keyNode = nodeAt(expression, "key");
    const operator = textOf(nodeAt(expression, "operator"));
    if (key === undefined || !keyNode) continue;
    const values = valuesOf(key, nodes);
    const wanted = textsOf(nodeAt(expression, "values"));
    if (operator === "In" && !wanted.some((one) => values.includes(one))) {
      const at = itemsOf(nodeAt(expression, "values"))[0] ?? keyNode;
      found.push({ is: "label", key, wanted, values, at });
    }
    if (operator === "Exists" && values.length === 0)
      found.push({ is: "label", key, wanted: [], values, at: keyNode });
  }
  return found;
}

function resourceMisfits(pod: PodTemplate, needs: PodNeeds, nodes: readonly NodeState[]): Misfit[] {
  return Object.entries(needs.amounts).flatMap(([resource, wanted]): Misfit[] => {
    const largest = Math.max(0, ...nodes.map(({ allocatable }) => allocatable[resource] ?? 0));
    if (wanted <= largest || wanted === 0) return [];
    return [{ is: "resource", resource, wanted, largest, at: resourceNode(pod, resource) }];
  });
}

function taintMisfits(needs: PodNeeds, empty: readonly NodeState[]): Misfit[] {
  const byTaint = new Map<string, { taint: Taint; nodes: string[] }>();
  for (const node of empty) {
    const found = obstacles(needs, { ...node, isUnschedulable: false });
    if (!found.every(({ kind }) => kind === "taint")) continue;
    for (const obstacle of found) {
      if (obstacle.kind !== "taint") continue;
      const { taint } = obstacle;
      const key = `${taint.key}=${taint.value}:${taint.effect}`;
      const known = byTaint.get(key) ?? { taint, nodes: [] };
      known.nodes.push(node.name);
      byTaint.set(key, known);
    }
  }
  return Array.from(byTaint.values(), ({ taint, nodes }) => ({ is: "taint", taint, nodes }));
}

/** The values that nodes have of a label, sorted. */
export function valuesOf(key: string, nodes: readonly NodeState[]): string[] {
  const values = nodes.flatMap(({ labels }) => (Object.hasOwn(labels, key) ? [labels[key] ?? ""] : []));
  return Array.from(new Set(values)).toSorted();
}

/** The first place that asks for it. */
export function resourceNode({ containers }: PodTemplate, resource: string): SyntaxNode | undefined {
  const entry = containers.flatMap((container) => entriesFor(container, resource))[0];
  return entry?.value;
}

function entriesFor(container: PodContainer, resource: string): MapEntry[] {
  const all = [...resourceEntries(container, "requests"), ...resourceEntries(container, "limits")];
  return all.filter(({ key }) => key.text === resource);
}

/** What a pod asks for of GPUs and their like, first. */
export function acceleratorAmounts({ amounts }: PodNeeds): [string, number][] {
  return Object.entries(amounts).filter(([name, amount]) => isAccelerator(name) && amount > 0);
}
