// The ring of a log view: its order, its bound, and what a file gets.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type LogLine, LogRing, savedLine } from "../../../src/core/kube/logRing.ts";

const [one, other] = [
  { label: "a", colour: 31 },
  { label: "b", colour: 32 },
];
const line = (source: LogLine["source"], stamp: string | undefined, text: string): LogLine => ({
  source,
  stamp,
  text,
});

describe("a ring of log lines", () => {
  it("puts lines of several logs that came together in the order of their times", () => {
    const ring = new LogRing();
    ring.add([
      line(one, "2026-01-01T00:00:05.2Z", "third"),
      line(one, undefined, "right after it"),
      line(one, "2026-01-01T00:00:05.25Z", "fourth"),
      line(other, "2026-01-01T00:00:05Z", "first"),
      line(other, "2026-01-01T00:00:05.1Z", "second"),
    ]);
    assert.deepEqual(
      ring.lines.map(({ text }) => text),
      ["first", "second", "third", "right after it", "fourth"],
    );
  });

  it("keeps the newest 20,000 lines, and counts those that have gone", () => {
    const ring = new LogRing();
    for (let batch = 0; batch < 3; batch++)
      ring.add(Array.from({ length: 9_000 }, (_, index) => line(one, undefined, `${batch}/${index}`)));
    assert.deepEqual([ring.lines.length, ring.dropped], [20_000, 7_000]);
    assert.equal(ring.lines[0]?.text, "0/7000");
    ring.add([line(one, undefined, "x".repeat(17 * 1024 * 1024))]);
    assert.deepEqual([ring.lines.length, ring.dropped], [0, 27_001]);
  });

  it("gives a file each line with its pod and its time, and no escapes", () => {
    const lines = [
      line(one, "2026-01-01T00:00:05Z", "\x1b[31mred\x1b[0m \x1b]0;title\x07plain"),
      line(undefined, undefined, "The pod is gone."),
    ];
    assert.equal(lines.map(savedLine).join(""), "a 2026-01-01T00:00:05Z red plain\n-- The pod is gone. --\n");
  });
});
