// Whether a pod could run on a node now, and what is in its way: the filters of kube-scheduler.
import { freeAmounts, type NodeState, type PlacedPod, type Taint } from "./nodeState.ts";
import type { HostPort, PodNeeds, Requirement, Term, Toleration } from "./podNeeds.ts";

export type Obstacle =
  /** Too little is free. `has` is what the node has of it in all; 0 when it has none. */
  | { kind: "resource"; resource: string; wanted: number; free: number; has: number }
  | { kind: "pods"; most: number }
  | { kind: "taint"; taint: Taint }
  | { kind: "unschedulable" }
  | { kind: "selector"; key: string; wanted: string; is: string | undefined }
  | { kind: "affinity" }
  | { kind: "hostPort"; port: number }
  /** Without that label it is no place that pods could be together in, or apart. */
  | { kind: "topology"; key: string }
  /** Nothing in that place that it must run beside, something that it must not, or too many like it. */
  | { kind: "podAffinity"; key: string }
  | { kind: "podAntiAffinity"; key: string }
  | { kind: "spread"; key: string; maxSkew: number }
  /** A volume that it claims can't be reached from there. */
  | { kind: "volume"; claim: string };

const UNSCHEDULABLE: Taint = { key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" };

/** What keeps the pod off the node; empty when it fits. */
export function obstacles(needs: PodNeeds, node: NodeState): Obstacle[] {
  const found: Obstacle[] = [];
  if (node.isUnschedulable && !needs.tolerations.some((one) => tolerates(one, UNSCHEDULABLE)))
    found.push({ kind: "unschedulable" });
  for (const taint of node.taints) {
    if (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") continue;
    // A node that is cordoned has the taint too: that is said once.
    if (node.isUnschedulable && taint.key === UNSCHEDULABLE.key) continue;
    if (!needs.tolerations.some((one) => tolerates(one, taint))) found.push({ kind: "taint", taint });
  }
  for (const [key, wanted] of Object.entries(needs.nodeSelector)) {
    const is = Object.hasOwn(node.labels, key) ? node.labels[key] : undefined;
    if (is !== wanted) found.push({ kind: "selector", key, wanted, is });
  }
  if (needs.terms && !matchesTerms(needs.terms, node)) found.push({ kind: "affinity" });
  const taken = node.pods.flatMap(({ hostPorts }) => hostPorts);
  for (const port of needs.hostPorts)
    if (taken.some((other) => collide(port, other))) found.push({ kind: "hostPort", port: port.port });
  found.push(...lacking(needs, node));
  return found;
}

/** It meets the pod's node selector and node affinity. */
export function matchesNode(needs: PodNeeds, node: NodeState): boolean {
  const isMet = ([key, wanted]: [string, string]) =>
    Object.hasOwn(node.labels, key) && node.labels[key] === wanted;
  if (!Object.entries(needs.nodeSelector).every(isMet)) return false;
  return !needs.terms || matchesTerms(needs.terms, node);
}

/** One of the terms holds. */
export function matchesTerms(terms: readonly Term[], node: NodeState): boolean {
  return terms.some((term) => holds(term, node));
}

/** It has no taint that would keep the pod off. */
export function toleratesNode({ tolerations }: PodNeeds, node: NodeState): boolean {
  const all = node.isUnschedulable ? [...node.taints, UNSCHEDULABLE] : node.taints;
  return all.every(
    (taint) =>
      (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") ||
      tolerations.some((one) => tolerates(one, taint)),
  );
}

function lacking({ amounts }: PodNeeds, node: NodeState): Obstacle[] {
  const found: Obstacle[] = [];
  const mostPods = node.allocatable["pods"] ?? 0;
  if (node.pods.length + 1 > mostPods) found.push({ kind: "pods", most: mostPods });
  const free = freeAmounts(node);
  for (const [resource, wanted] of Object.entries(amounts)) {
    if (wanted <= (free[resource] ?? 0) || wanted === 0) continue;
    const has = node.allocatable[resource] ?? 0;
    found.push({ kind: "resource", resource, wanted, free: free[resource] ?? 0, has });
  }
  return found;
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  if (toleration.key !== undefined && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return toleration.operator === "Equal" && toleration.key !== undefined && toleration.value === taint.value;
}

/** A term without requirements matches nothing. */
function holds({ labels, fields }: Term, node: NodeState): boolean {
  if (labels.length === 0 && fields.length === 0) return false;
  const label = (key: string) => (Object.hasOwn(node.labels, key) ? node.labels[key] : undefined);
  return (
    labels.every((one) => matches(one, label(one.key))) &&
    fields.every((one) => matches(one, one.key === "metadata.name" ? node.name : undefined))
  );
}

function matches({ operator, values }: Requirement, is: string | undefined): boolean {
  if (operator === "In") return is !== undefined && values.includes(is);
  if (operator === "NotIn") return is === undefined || !values.includes(is);
  if (operator === "Exists") return is !== undefined;
  if (operator === "DoesNotExist") return is === undefined;
  const [first = ""] = values;
  if (is === undefined || !/^[+-]?\d+$/.test(is) || !/^[+-]?\d+$/.test(first)) return false;
  if (operator === "Gt") return BigInt(is) > BigInt(first);
  return operator === "Lt" && BigInt(is) < BigInt(first);
}

function collide(one: HostPort, other: HostPort): boolean {
  const anyIp = one.ip === "0.0.0.0" || other.ip === "0.0.0.0";
  return one.port === other.port && one.protocol === other.protocol && (anyIp || one.ip === other.ip);
}

/** It is gone when pods of the node end. */
export function isFreed({ kind }: Obstacle): boolean {
  return kind === "pods" || kind === "hostPort" || kind === "resource";
}

/**
 * Pods of the node that would have to end for the pod to fit: one if one is enough, and as few as greed finds
 * otherwise. Undefined when something other than pods is in the way.
 */
export function whatMustEnd(needs: PodNeeds, node: NodeState): PlacedPod[] | undefined {
  const without = (gone: readonly PlacedPod[]) =>
    obstacles(needs, { ...node, pods: node.pods.filter((pod) => !gone.includes(pod)) });
  if (!obstacles(needs, node).every(isFreed) || without(node.pods).length > 0) return undefined;
  const alone = node.pods.find((pod) => without([pod]).length === 0);
  if (alone) return [alone];
  const gone: PlacedPod[] = [];
  // Those that hold most of what is scarcest first; then whoever turns out not to be needed is let live.
  const scarce = obstacles(needs, node).find((obstacle) => obstacle.kind === "resource")?.resource ?? "cpu";
  for (const pod of node.pods.toSorted(
    (one, other) => (other.amounts[scarce] ?? 0) - (one.amounts[scarce] ?? 0),
  )) {
    gone.push(pod);
    if (without(gone).length === 0) break;
  }
  for (const pod of gone.toReversed()) {
    const fewer = gone.filter((one) => one !== pod);
    if (without(fewer).length === 0) gone.splice(gone.indexOf(pod), 1);
  }
  return gone;
}
