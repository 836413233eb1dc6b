// Puts edits into a text, all at once, against the text as it was.
import type { Edit } from "./finding.ts";
import type { Lines, Span } from "./lines.ts";

interface Placed extends Span {
  readonly text: string;
}

/** The places of the edits in the text, from the first on. */
export function placed(lines: Lines, edits: readonly Edit[]): Placed[] {
  return edits
    .map(({ range, text }) => ({
      start: lines.offsetAt(range.start),
      end: lines.offsetAt(range.end),
      text,
    }))
    .toSorted((one, other) => one.start - other.start || one.end - other.end);
}

/** @param edits that do not overlap, from the first on; of those at one place the first comes first. */
export function applied(text: string, edits: readonly Placed[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}
