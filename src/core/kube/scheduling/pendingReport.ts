// Why an object's pods do not run yet, as a text to read.
import { count } from "../../../base/words.ts";
import type { NodeState } from "./nodeState.ts";
import { ignoredLines, placeCopies, placementLines, type PlacedPods } from "./report.ts";

export interface PendingReportInput {
  /** What was asked about: `Pod train-0`, `Job train`. */
  subject: string;
  context: string;
  /** When it was read, for a person: `21:36:02`. */
  readAt: string;
  pending: { readonly lines: readonly string[]; readonly others: number };
  /** The pod that the answer is about, where that is not what was asked about. */
  pod?: string;
  /** The nodes, where they are the reason. */
  placement?: {
    readonly nodes: readonly NodeState[];
    readonly pods: readonly PlacedPods[];
    readonly unseen: readonly string[];
  };
}

export function pendingReport({
  subject,
  context,
  readAt,
  pending,
  pod,
  placement,
}: PendingReportInput): string {
  const lines = [`Why is ${subject} Pending?`, `Context ${context}, as of ${readAt}`, ""];
  if (pod !== undefined) {
    const more = pending.others > 0 ? `, and ${count(pending.others, "other")} of it` : "";
    lines.push(`Pod ${pod} is Pending${more}.`);
  }
  lines.push(...pending.lines, "");
  for (const one of placement?.pods ?? [])
    lines.push(...placementLines(one, placeCopies(one, placement?.nodes ?? [], one.around)), "");
  if (placement) lines.push(...ignoredLines(placement.pods, placement.unseen));
  return `${lines.join("\n").trimEnd()}\n`;
}
