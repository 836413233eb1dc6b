// The edits that make one text of another, line by line, so that an editor keeps cursors and foldings elsewhere.
import { diffLines } from "diff";
import type { Edit } from "../../core/syntax/finding.ts";
import { Lines } from "../../core/syntax/lines.ts";

/** @returns edits of `before`, from the first on; none overlaps another. */
export function editsBetween(before: string, after: string): Edit[] {
  const lines = new Lines(before);
  const edits: { start: number; end: number; text: string }[] = [];
  let at = 0;
  for (const { value, added, removed } of diffLines(before, after)) {
    const last = edits.at(-1);
    if (!added && !removed) {
      at += value.length;
      continue;
    }
    const edit = last?.end === at ? last : { start: at, end: at, text: "" };
    if (edit !== last) edits.push(edit);
    if (added) edit.text += value;
    else {
      at += value.length;
      edit.end = at;
    }
  }
  return edits.map(({ start, end, text }) => ({
    range: { start: lines.positionAt(start), end: lines.positionAt(end) },
    text,
  }));
}
