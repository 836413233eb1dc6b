// An object in words, with what happened to it: the first thing to read when something does not run.
import { ageText } from "../age.ts";
import { inOrder, lastSeenMs } from "../event.ts";
import { controllerOf, count, field, type KubeObject, list, record, text, timeMs } from "../object.ts";
import type { PodRow } from "../row.ts";
import { isSecret } from "../secret.ts";
import { describeNode } from "./node.ts";
import { describePod } from "./pod.ts";
import { describeSecret } from "./secret.ts";
import { block, entriesText, type Lines, oneLine, pairs, table } from "./text.ts";
import { describeWorkload, type RowStatus } from "./workload.ts";

export interface DescribeInput {
  kind: string;
  /** What its row says, for kinds that are known. */
  status?: RowStatus | undefined;
  object: KubeObject;
  /** Events about the object; undefined when they may not be read. */
  events: readonly KubeObject[] | undefined;
  nowMs: number;
  /** For a node: the pods on it that hold accelerators. */
  holders?: readonly PodRow[];
}

/** Plain text, meant for a person; never throws. */
export function describeObject({ kind, status, object, events, nowMs, holders = [] }: DescribeInput): string {
  const owner = controllerOf(object);
  const created = timeMs(object, "metadata", "creationTimestamp");
  const deleted = timeMs(object, "metadata", "deletionTimestamp");
  const head = pairs([
    ["Kind", kind],
    ["Name", text(object, "metadata", "name")],
    ["Namespace", text(object, "metadata", "namespace")],
    ["Made", created === undefined ? undefined : `${ageText(nowMs - created)} ago`],
    ["Deleted", deleted === undefined ? undefined : `${ageText(nowMs - deleted)} ago, not gone yet`],
    ["Owned by", owner === undefined ? undefined : `${owner.kind} ${owner.name}`],
  ]);
  const lines = [
    ...head,
    "",
    ...body(kind, object, nowMs, holders, status),
    ...conditions(object, nowMs),
    ...block("Labels", entriesText(record(object, "metadata", "labels"))),
    ...eventLines(events, nowMs),
  ];
  return `${lines.join("\n")}\n`;
}

function body(
  kind: string,
  object: KubeObject,
  nowMs: number,
  holders: readonly PodRow[],
  status: DescribeInput["status"],
): Lines {
  if (isSecret(object)) return describeSecret(object);
  if (kind === "Pod") return describePod(object, nowMs);
  if (kind === "Node") return describeNode(object, holders);
  if (field(object, "spec", "template") !== undefined || field(object, "spec", "jobTemplate") !== undefined) {
    return describeWorkload(object, kind, status);
  }
  return pairs([
    ["Status", status?.status ?? text(object, "status", "phase") ?? text(object, "status", "state")],
    ["Reason", status?.message],
    ...(status?.columns ?? []),
    ["Version", text(object, "apiVersion")],
  ]);
}

function conditions(object: KubeObject, nowMs: number): Lines {
  const rows = list(object, "status", "conditions").map((entry) => {
    const since = timeMs(entry, "lastTransitionTime");
    return [
      text(entry, "type") ?? "",
      text(entry, "status") ?? "",
      since === undefined ? "" : ageText(nowMs - since),
      text(entry, "reason") ?? "",
      oneLine(text(entry, "message")) ?? "",
    ];
  });
  return rows.length === 0
    ? []
    : block("Conditions", table(["TYPE", "STATUS", "SINCE", "REASON", "MESSAGE"], rows));
}

function eventLines(events: readonly KubeObject[] | undefined, nowMs: number): Lines {
  if (events === undefined) return block("Events", [], "may not be read with this context");
  const rows = inOrder(events).map((event) => {
    const times = count(event, "count") || count(event, "series", "count");
    return [
      text(event, "type") ?? "",
      text(event, "reason") ?? "",
      `${ageText(nowMs - lastSeenMs(event))}${times > 1 ? ` (×${times})` : ""}`,
      text(event, "source", "component") ?? text(event, "reportingComponent") ?? "",
      oneLine(text(event, "message")) ?? "",
    ];
  });
  return rows.length === 0
    ? block("Events", [], "none")
    : block("Events", table(["TYPE", "REASON", "AGE", "FROM", "MESSAGE"], rows));
}
