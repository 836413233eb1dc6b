// Why a pod does not run yet, as a text to read: the answer in one sentence, what to do, and what it rests on.
import { ageText } from "../age.ts";
import { inOrder, lastSeenMs } from "../event.ts";
import { condition, field, type KubeObject, list, text, timeMs } from "../object.ts";
import { podStatus } from "../podStatus.ts";

export interface PendingInput {
  readonly pod: KubeObject;
  /** About the pod; undefined where they may not be read. */
  readonly events: readonly KubeObject[] | undefined;
  /** What Kueue says, where it has a workload of the pod. */
  readonly queue: readonly string[];
  readonly nowMs: number;
}

export interface PendingAnswer {
  /** The first is the answer. */
  readonly lines: readonly string[];
  /** The nodes are the reason: what is in the way on each is worth knowing. */
  readonly isAboutNodes: boolean;
}

const DEFAULT_SCHEDULER = "default-scheduler";
/** A scheduler that has said nothing for so long does not run. */
const SILENT_MS = 30_000;

/** Who takes a gate away again. */
const GATES: Readonly<Record<string, string>> = {
  "kueue.x-k8s.io/admission": "Kueue, when its queue has room",
  "kueue.x-k8s.io/topology": "Kueue, when it has chosen nodes",
  "kueue.x-k8s.io/elastic-job": "Kueue, when it has quota for one more pod",
};

export function whyPending({ pod, events, queue, nowMs }: PendingInput): PendingAnswer {
  const about = (lines: readonly string[], isAboutNodes = false): PendingAnswer => ({ lines, isAboutNodes });
  const { phase, status, message } = podStatus(pod);
  if (text(pod, "metadata", "deletionTimestamp") !== undefined) return about(["It is being deleted."]);
  if (phase !== "Pending") return about([`It is not Pending any more: ${status}${sentence(message)}`]);
  const gates = list(pod, "spec", "schedulingGates").map((gate) => text(gate, "name") ?? "");
  if (gates.length > 0) return about([...queue, ...gates.map(gateSentence)]);
  const node = text(pod, "spec", "nodeName");
  if (node !== undefined) return about(onItsNode(node, status, message, events, nowMs));
  const scheduler = text(pod, "spec", "schedulerName") ?? DEFAULT_SCHEDULER;
  const scheduled = condition(pod, "PodScheduled");
  const ageMs = nowMs - (timeMs(pod, "metadata", "creationTimestamp") ?? nowMs);
  if (scheduled === undefined) {
    if (ageMs < SILENT_MS) return about(["The scheduler has not looked at it yet."], true);
    const who = scheduler === DEFAULT_SCHEDULER ? "The scheduler" : `The scheduler ${scheduler}`;
    return about([
      `${who} has said nothing of it since it was made ${ageText(ageMs)} ago: see that it runs${scheduler === DEFAULT_SCHEDULER ? "" : ", or take schedulerName out"}.`,
    ]);
  }
  const said = text(scheduled, "message");
  return about(said === undefined ? [] : [`The scheduler says: ${said}`], true);
}

function gateSentence(gate: string): string {
  const who = GATES[gate] ?? "whatever put it there";
  return `The scheduling gate ${gate} keeps it from being scheduled; it is taken away by ${who}.`;
}

/** It has a node; what the kubelet waits for. */
function onItsNode(
  node: string,
  status: string,
  message: string | undefined,
  events: readonly KubeObject[] | undefined,
  nowMs: number,
): string[] {
  const lines = [
    `It has its place on node ${node}, and its containers do not run yet: ${status}${sentence(message)}`,
  ];
  const warning = inOrder(events ?? [])
    .filter((event) => text(event, "type") === "Warning")
    .at(-1);
  if (warning) {
    const when = ageText(nowMs - lastSeenMs(warning));
    lines.push(`Last warning (${text(warning, "reason")}, ${when} ago): ${text(warning, "message")}`);
  }
  if (events === undefined) lines.push("Its events may not be read with this context.");
  return lines;
}

function sentence(message: string | undefined): string {
  if (message === undefined) return ".";
  return `: ${message}${/[.!?]$/.test(message) ? "" : "."}`;
}

/** It was told to make no pods, as jobs of Kubernetes and of Kubeflow say it. */
export function isSuspended(object: KubeObject): boolean {
  return field(object, "spec", "suspend") === true || field(object, "spec", "runPolicy", "suspend") === true;
}

/**
 * Why an object has fewer pods than it wants, from what its controllers said last.
 * @param queue what Kueue says of it, if anything.
 */
export function missingPods(
  object: KubeObject,
  events: readonly KubeObject[] | undefined,
  queue: readonly string[],
): string[] {
  const suspended =
    queue.length > 0
      ? "It is suspended, and Kueue resumes it when it is admitted."
      : "It is suspended, so no pod is made: resume it.";
  const failed = inOrder(events ?? [])
    .filter((event) => text(event, "reason") === "FailedCreate")
    .at(-1);
  const said = text(failed, "message");
  return [
    ...queue,
    ...(isSuspended(object) ? [suspended] : []),
    ...(said === undefined ? [] : [`Its pods can't be made: ${said}`]),
  ];
}
