// Where the pods of a manifest or an object would run, as a text to read.
import {
  adviceLines,
  amountText,
  obstacleLines,
  type Placement,
  placement,
  placementSentence,
} from "./explain.ts";
import { type Around, Judge } from "./judge.ts";
import type { NodeState } from "./nodeState.ts";
import type { PodNeeds } from "./podNeeds.ts";
import type { WantedPods } from "./workload.ts";

/** Pods to place, with what has to be known beside the nodes. */
export type PlacedPods = WantedPods & { readonly around?: Around };

export interface ReportInput {
  /** What was asked about: `serve.yaml`, `Pod train-0`. */
  subject: string;
  context: string;
  pods: readonly PlacedPods[];
  nodes: readonly NodeState[];
  /** What may not be seen, and so did not count. */
  unseen?: readonly string[];
  /** When the nodes were read, for a person: `21:36:02`. */
  readAt: string;
  /** The scheduler's own sentence about a pod that waits. */
  schedulerSays?: string | undefined;
}

/** More copies are not placed one by one. */
const MOST_COPIES = 1_000;

export function placementReport(input: ReportInput): string {
  const { subject, context, pods, nodes, unseen = [], readAt, schedulerSays } = input;
  const lines = [`Where would ${subject} run?`, `Context ${context}, nodes and pods as of ${readAt}`, ""];
  if (schedulerSays !== undefined) lines.push(`The scheduler says: ${schedulerSays}`, "");
  if (pods.length === 0) lines.push("Nothing in it makes pods by itself.");
  let state = nodes;
  for (const one of pods) {
    const placed = placeCopies(one, state, one.around);
    const { copies, name, needs } = one;
    const each = copies === 1 ? "1 pod" : `${copies} pods, each`;
    lines.push(`${name}: ${each} with ${needText(needs)}`);
    lines.push(...placementLines(one, placed).map((line) => `  ${line}`), "");
    // What comes first has its place before the next is looked at.
    state = placed.nodes;
  }
  lines.push(...ignoredLines(pods, unseen));
  return `${lines.join("\n").trimEnd()}\n`;
}

/** What did not count in the answer, in one line; none where all did. */
export function ignoredLines(pods: readonly WantedPods[], unseen: readonly string[]): string[] {
  const ignored = new Set([...pods.flatMap(({ needs }) => needs.notConsidered), ...unseen]);
  return ignored.size === 0 ? [] : [`Not considered: ${Array.from(ignored).join("; ")}.`];
}

/** Where they fit, what is in the way, and what would change that. */
export function placementLines({ copies, needs }: WantedPods, placed: Placed): string[] {
  const lines: string[] = [];
  const isWhole = placed.count >= copies;
  if (copies > 1 && placed.count > 0)
    lines.push(isWhole ? `All ${copies} fit now.` : `${placed.count} of ${copies} fit now.`);
  lines.push(...placed.judge.problems);
  if (placed.count > 0) lines.push(placementSentence(needs, placed.first));
  if (!isWhole) {
    // What is in the way of the next, after those that fit have their place.
    const next = placement(needs, placed.nodes, placed.judge);
    const reasons = obstacleLines(next);
    if (placed.count > 0) lines.push("For the next one:");
    lines.push(placementSentence(needs, next));
    if (reasons.length > 1) lines.push(...reasons.map((line) => `- ${line}`));
    lines.push(...adviceLines(needs, next).map((line) => `→ ${line}`));
  }
  return lines;
}

function needText({ amounts }: PodNeeds): string {
  const parts = Object.entries(amounts)
    .filter(([, amount]) => amount > 0)
    .toSorted(([one], [other]) => Number(other.includes("/")) - Number(one.includes("/")))
    .map(([resource, amount]) => amountText(resource, amount));
  return parts.length === 0 ? "no requests" : parts.join(", ");
}

export interface Placed {
  count: number;
  /** After they have their places. */
  nodes: NodeState[];
  judge: Judge;
  /** Where the first of them could go. */
  first: Placement;
}

/** Places copies on the first node that takes each, which is enough to count them. */
export function placeCopies(
  { copies, needs, name }: WantedPods,
  nodes: readonly NodeState[],
  around: Around = {},
): Placed {
  const { peers, amounts, hostPorts } = needs;
  const { namespace, labels, antiAffinity } = peers;
  const pod = { namespace, name, amounts, hostPorts, labels, antiAffinity };
  const judge = new Judge(needs, nodes, around);
  const first = placement(needs, nodes, judge);
  const after = [...nodes];
  const wanted = judge.problems.length > 0 ? 0 : Math.min(copies, MOST_COPIES);
  let count = 0;
  // How many places in a row took none: after a whole round there is none left.
  for (let at = 0, refused = 0; count < wanted && refused < after.length; ) {
    const node = after[at];
    if (node && judge.obstacles(node).length === 0) {
      after[at] = { ...node, pods: [...node.pods, pod] };
      judge.place(node);
      count += 1;
      refused = 0;
    } else {
      at = (at + 1) % after.length;
      refused += 1;
    }
  }
  return { count, nodes: after, judge, first };
}
