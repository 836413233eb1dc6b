// What stays of what was found when a text is edited.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { keptFindings } from "../../../src/core/syntax/kept.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";

const before = "a: 1\nb: 2\n---\nc: 3\n---\nd: 4\n";

/** Of the values 1 to 4. */
const findings = ["1", "2", "3", "4"].map((message): Finding => {
  const at = before.indexOf(message);
  const range = new Lines(before).rangeOf({ start: at, end: at + 1 });
  return { rule: "CLU001", severity: "error", range, message, fixes: [] };
});

/** Edits `before` and gives the values that are still marked. */
function kept(...edits: [start: number, end: number, text: string][]): string[] {
  const lines = new Lines(before);
  const changes = edits.map(([start, end, text]) => ({ range: lines.rangeOf({ start, end }), text }));
  const after = edits
    .toSorted(([one], [other]) => other - one)
    .reduce((text, [start, end, more]) => text.slice(0, start) + more + text.slice(end), before);
  const now = new Lines(after);
  return keptFindings(findings, changes, after).map(({ range, message }) => {
    assert.equal(after.slice(now.offsetAt(range.start), now.offsetAt(range.end)), message);
    return message;
  });
}

describe("findings of an edited text", () => {
  it("go from the document that is edited, and move along in the others", () => {
    assert.deepEqual(kept([before.indexOf("c"), before.indexOf("c"), "x: 9\ny: 8\n"]), ["1", "2", "4"]);
    assert.deepEqual(kept([0, 0, "# more\n"]), ["3", "4"]);
    assert.deepEqual(kept([before.indexOf("d"), before.length, ""]), ["1", "2", "3"]);
  });

  it("move by all edits that are made at once", () => {
    const d = before.indexOf("d");
    assert.deepEqual(kept([0, 5, ""], [d, d, "e: 5\n"]), ["3"]);
  });

  it("go from both documents when the line between them goes", () => {
    const mark = before.indexOf("---\n");
    assert.deepEqual(kept([mark, mark + 4, ""]), ["4"]);
  });

  it("go from all that a new text takes the place of", () => {
    assert.deepEqual(kept([0, before.length, "z: 0\n"]), []);
  });
});
