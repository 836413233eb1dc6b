// Applies the edits of a fix as an editor does: all at once, against the text before.
import assert from "node:assert/strict";
import type { Fix } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";

export function applyFix(text: string, fix: Fix): string {
  const lines = new Lines(text);
  const edits = fix.edits
    .map((edit, index) => ({
      start: lines.offsetAt(edit.range.start),
      end: lines.offsetAt(edit.range.end),
      text: edit.text,
      index,
    }))
    .toSorted((one, other) => one.start - other.start || one.end - other.end || one.index - other.index);
  let result = "";
  let at = 0;
  for (const edit of edits) {
    assert.ok(edit.start >= at && edit.end >= edit.start, `edits of "${fix.title}" overlap`);
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
