// The edits between two texts make the one of the other, and leave alone what is the same.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { applied, placed } from "../../../src/core/syntax/applyEdits.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { editsBetween } from "../../../src/io/check/editsBetween.ts";

const shown = (before: string, after: string) =>
  editsBetween(before, after).map(
    ({ range: { start, end }, text }) => `${start.line}:${start.column}-${end.line}:${end.column} ${text}`,
  );

describe("the edits between two texts", () => {
  it("are of lines, and none where nothing changes", () => {
    assert.deepEqual(shown("a\nb\nc\n", "a\nB\nc\nd\n"), ["1:0-2:0 B\n", "3:0-3:0 d\n"]);
    assert.deepEqual(shown("a\n", "a\n"), []);
    assert.deepEqual(shown("a\r\nb", "a\r\nc"), ["1:0-1:1 c"]);
  });

  it("make the one of the other, whatever they are", () => {
    const lines = ["a", "b", "", "  c", "\ud83d\ude00"];
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const text = () =>
      Array.from({ length: random(9) }, () => lines[random(lines.length)]).join(random(2) ? "\n" : "\r\n");
    for (let run = 0; run < 2_000; run++) {
      const [before, after] = [text(), text()];
      assert.equal(applied(before, placed(new Lines(before), editsBetween(before, after))), after);
    }
  });
});
