// Where a pod could run, in words: the nodes that fit, what keeps it off the others, and what would change that.
import { capital, count } from "../../../base/words.ts";
import { acceleratorName, isAccelerator } from "../accelerators.ts";
import { formatBinaryQuantity } from "../quantity.ts";
import { isFreed, type Obstacle, whatMustEnd } from "./fit.ts";
import { Judge } from "./judge.ts";
import { freeAmounts, type NodeState, type PlacedPod, type Taint } from "./nodeState.ts";
import type { PodNeeds } from "./podNeeds.ts";

export interface Placement {
  fits: readonly NodeState[];
  blocked: readonly { node: NodeState; obstacles: readonly Obstacle[] }[];
}

const MOST_NAMED = 5;
const MOST_VALUES = 6;

export function placement(
  needs: PodNeeds,
  nodes: readonly NodeState[],
  judge: Judge = new Judge(needs, nodes),
): Placement {
  const judged = nodes.map((node) => ({ node, obstacles: judge.obstacles(node) }));
  return {
    fits: judged.filter((one) => one.obstacles.length === 0).map(({ node }) => node),
    blocked: judged.filter((one) => one.obstacles.length > 0),
  };
}

/** The answer in one sentence. */
export function placementSentence(needs: PodNeeds, { fits, blocked }: Placement): string {
  const all = fits.length + blocked.length;
  if (all === 0) return "The cluster has no nodes.";
  if (fits.length > 0) {
    const names = fits.slice(0, MOST_NAMED).map((node) => `${node.name}${freeText(needs, node)}`);
    const more = fits.length > MOST_NAMED ? ` and ${fits.length - MOST_NAMED} more` : "";
    return `It fits now on ${fits.length} of ${count(all, "node")}: ${names.join(", ")}${more}.`;
  }
  const [reason] = groups(blocked);
  const who = all === 1 ? "The cluster's only node can't" : `None of ${all} nodes can`;
  return `${who} run it now: ${reason?.text ?? "it says not why"}.`;
}

/** What keeps it off, most common first, one line for each. */
export function obstacleLines({ blocked }: Placement): string[] {
  return groups(blocked).map(({ nodes, text }) => {
    const named = nodes.slice(0, MOST_NAMED).join(", ");
    const more = nodes.length > MOST_NAMED ? ` and ${nodes.length - MOST_NAMED} more` : "";
    return `${capital(text)} (${named}${more})`;
  });
}

/** What a person could do about it, best first; empty while it fits somewhere. */
export function adviceLines(needs: PodNeeds, { fits, blocked }: Placement): string[] {
  if (fits.length > 0) return [];
  const lines: string[] = [];
  const ends = blocked
    .filter(({ obstacles }) => obstacles.every(isFreed))
    .map(({ node }) => ({ node, pods: whatMustEnd(needs, node) }))
    .filter((one): one is { node: NodeState; pods: PlacedPod[] } => one.pods !== undefined)
    .toSorted((one, other) => one.pods.length - other.pods.length);
  for (const { node, pods } of ends.slice(0, 3)) {
    const names = pods
      .slice(0, MOST_NAMED)
      .map((pod) => `${pod.namespace}/${pod.name}${heldText(needs, pod)}`);
    const more = pods.length > MOST_NAMED ? ` and ${pods.length - MOST_NAMED} more` : "";
    lines.push(
      `It would fit on ${node.name} if ${pods.length === 1 ? "this pod" : "these pods"} ended: ${names.join(", ")}${more}.`,
    );
  }
  const taints = new Map<string, Taint>();
  for (const { obstacles: found } of blocked) {
    if (!found.every(({ kind }) => kind === "taint")) continue;
    for (const obstacle of found)
      if (obstacle.kind === "taint") taints.set(taintText(obstacle.taint), obstacle.taint);
  }
  for (const taint of taints.keys())
    lines.push(`With a toleration for ${taint} there are nodes that it fits on.`);
  for (const [key, wanted] of Object.entries(needs.nodeSelector)) {
    const values = valuesOf(key, [...fits, ...blocked.map(({ node }) => node)]);
    if (values.includes(wanted)) continue;
    lines.push(
      values.length === 0
        ? `No node has the label ${key}: take it out of nodeSelector.`
        : `No node has ${key}=${wanted}. There are: ${values.slice(0, MOST_VALUES).join(", ")}${values.length > MOST_VALUES ? ", …" : ""}.`,
    );
  }
  for (const [resource, wanted] of Object.entries(needs.amounts)) {
    const nodes = blocked.map(({ node }) => node);
    const largest = Math.max(0, ...nodes.map(({ allocatable }) => allocatable[resource] ?? 0));
    if (wanted <= largest) continue;
    lines.push(
      largest === 0
        ? `No node has ${resource}: see that its device plugin runs.`
        : `No node has that much: ${amountText(resource, wanted)} is wanted, and the largest has ${amountText(resource, largest)}.`,
    );
  }
  return lines;
}

interface Group {
  text: string;
  nodes: string[];
}

function groups(blocked: Placement["blocked"]): Group[] {
  const byText = new Map<string, Group>();
  for (const { node, obstacles: found } of blocked) {
    for (const obstacle of found) {
      const text = obstacleText(obstacle);
      const group = byText.get(text) ?? { text, nodes: [] };
      if (!group.nodes.includes(node.name)) group.nodes.push(node.name);
      byText.set(text, group);
    }
  }
  return Array.from(byText.values(), ({ text, nodes }) => ({
    text: `${count(nodes.length, "node")} ${nodes.length === 1 ? text : plural(text)}`,
    nodes,
  })).toSorted((one, other) => other.nodes.length - one.nodes.length);
}

function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case "resource": {
      const { resource, wanted, free, has } = obstacle;
      if (has === 0) return `has no ${resourceName(resource)}`;
      return `has too little free: ${amountText(resource, wanted)} wanted, ${portionText(resource, free, has)} free`;
    }
    case "pods":
      return `has as many pods as it takes (${obstacle.most})`;
    case "taint":
      return `has the taint ${taintText(obstacle.taint)}, which it does not tolerate`;
    case "unschedulable":
      return "is cordoned";
    case "selector":
      return `has not the label ${obstacle.key}=${obstacle.wanted}`;
    case "affinity":
      return "does not match its node affinity";
    case "hostPort":
      return `has port ${obstacle.port} taken`;
    case "topology":
      return `has not the label ${obstacle.key} that its rules about other pods go by`;
    case "podAffinity":
      return `has no pod near that it must run beside (pod affinity, ${obstacle.key})`;
    case "podAntiAffinity":
      return `has a pod near that it must not run beside (pod anti-affinity, ${obstacle.key})`;
    case "spread":
      return `has more pods like it near than others (spread over ${obstacle.key}, maxSkew ${obstacle.maxSkew})`;
    case "volume":
      return obstacle.claim === ""
        ? "does not reach the volume that would be made for it"
        : `does not reach the volume of its claim ${obstacle.claim}`;
  }
}

function plural(text: string): string {
  return text
    .replace(/^has\b/, "have")
    .replace(/^is\b/, "are")
    .replace(/^does\b/, "do")
    .replace("as it takes", "as they take");
}

export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value === "" ? "" : `=${value}`}:${effect}`;
}

function resourceName(resource: string): string {
  return isAccelerator(resource) ? acceleratorName(resource) : resource;
}

/** `2 GPU`, `500m cpu`, `8Gi memory`. */
export function amountText(resource: string, amount: number): string {
  if (resource === "cpu") return `${amount % 1000 === 0 ? amount / 1000 : `${amount}m`} cpu`;
  if (resource === "memory" || resource === "ephemeral-storage" || resource.startsWith("hugepages-"))
    return `${bytesText(amount)} ${resource}`;
  return `${amount} ${resourceName(resource)}`;
}

/** `1 of 8 GPU`. */
function portionText(resource: string, free: number, has: number): string {
  const whole = amountText(resource, has);
  const part = amountText(resource, Math.max(0, free));
  const unit = whole.slice(whole.indexOf(" "));
  return `${part.endsWith(unit) ? part.slice(0, -unit.length) : part} of ${whole}`;
}

function bytesText(bytes: number): string {
  const whole = formatBinaryQuantity(bytes);
  if (/[A-Z]i$/.test(whole) && whole.length <= 6) return whole;
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)}Gi` : `${Math.round(mebibytes)}Mi`;
}

/** What of the devices it asks for is free there. */
function freeText(needs: PodNeeds, node: NodeState): string {
  const free = freeAmounts(node);
  const devices = Object.keys(needs.amounts).filter(
    (name) => isAccelerator(name) && (needs.amounts[name] ?? 0) > 0,
  );
  const parts = devices.map(
    (name) => `${portionText(name, free[name] ?? 0, node.allocatable[name] ?? 0)} free`,
  );
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function heldText(needs: PodNeeds, pod: PlacedPod): string {
  const held = Object.keys(needs.amounts).filter(
    (name) => isAccelerator(name) && (pod.amounts[name] ?? 0) > 0,
  );
  return held.length === 0
    ? ""
    : ` (${held.map((name) => amountText(name, pod.amounts[name] ?? 0)).join(", ")})`;
}

function valuesOf(key: string, nodes: readonly NodeState[]): string[] {
  const values = nodes.flatMap(({ labels }) => (Object.hasOwn(labels, key) ? [labels[key] ?? ""] : []));
  return Array.from(new Set(values)).toSorted();
}
