// What of a log waits to be shown: all of it in turns, or pieces of it where it comes too fast.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { LogBacklog } from "../../../src/core/kube/logBacklog.ts";
import { type LogLine, shownLine } from "../../../src/core/kube/logRing.ts";

const source = { label: "pod", colour: 31 };
const line = (text: string): LogLine => ({ source, stamp: undefined, text });

describe("lines that wait to be shown", () => {
  it("are given in turns, all of them and in their order", () => {
    const backlog = new LogBacklog();
    backlog.add(Array.from({ length: 19_999 }, (_, index) => line(String(index))));
    const given: string[] = [];
    let turns = 0;
    while (!backlog.isEmpty) {
      const { passed, lines } = backlog.take();
      assert.equal(passed, 0);
      assert.ok(lines.length <= 500);
      given.push(...lines.map(({ text }) => text));
      turns++;
    }
    assert.equal(turns, 40);
    assert.deepEqual(
      given,
      Array.from({ length: 19_999 }, (_, index) => String(index)),
    );
    assert.deepEqual(backlog.take(), { passed: 0, lines: [] });
  });

  it("are passed over where there are too many, but for the newest and for what is said about the log", () => {
    const backlog = new LogBacklog();
    backlog.add([{ ...line("The log was cut; trying again…"), source: undefined }]);
    backlog.add(Array.from({ length: 100_000 }, (_, index) => line(String(index))));
    const first = backlog.take();
    assert.equal(first.passed, 99_500);
    assert.deepEqual(
      first.lines.slice(0, 2).map(({ text }) => text),
      ["The log was cut; trying again…", "99500"],
    );
    assert.equal(backlog.take().lines.at(-1)?.text, "99999");
    assert.ok(backlog.isEmpty);
  });

  it("of a quiet log are all shown beside one that floods", () => {
    const backlog = new LogBacklog();
    const quiet = { label: "quiet", colour: 32 };
    for (let turn = 0; turn < 20; turn++) {
      backlog.add([{ ...line(`quiet ${turn}`), source: quiet }]);
      backlog.add(Array.from({ length: 9_000 }, (_, index) => line(String(index))));
    }
    const given: string[] = [];
    while (!backlog.isEmpty) given.push(...backlog.take().lines.map(({ text }) => text));
    assert.ok(given.length < 20_000);
    assert.deepEqual(
      given.filter((text) => text.startsWith("quiet")),
      Array.from({ length: 20 }, (_, turn) => `quiet ${turn}`),
    );
  });

  it("are few at a time where they are long, and bounded by their text", () => {
    const backlog = new LogBacklog();
    const long = "x".repeat(1024 * 1024);
    for (let index = 0; index < 20; index++) backlog.add([line(`${index}${long}`)]);
    let passed = 0;
    let given = 0;
    while (!backlog.isEmpty) {
      const taken = backlog.take();
      assert.equal(taken.lines.length, 1);
      passed += taken.passed;
      given++;
    }
    assert.equal(passed + given, 20);
    assert.ok(given <= 4);
  });
});

describe("a line in a terminal", () => {
  const format = { timestamps: false, filter: "" };
  it("takes no other with it, and does not write over whose it is", () => {
    const shown = (text: string) => shownLine(line(text), source, format);
    assert.equal(shown("\x1b]0;no end"), "\x1b[31mpod\x1b[0m ");
    assert.equal(shown("10%\r20%\r"), "\x1b[31mpod\x1b[0m 10%\r\x1b[31mpod\x1b[0m 20%");
    assert.equal(shown("a\0b\x1b]52;c;aGk=\x07c\x1b]8;;http://x\x07d"), "\x1b[31mpod\x1b[0m abcd");
  });

  it("shows the beginning of a line of a mebibyte, and how long it is", () => {
    const shown = shownLine(line("y".repeat(1024 * 1024)), { label: "", colour: 31 }, format);
    assert.ok(shown.length < 17_000);
    assert.ok(shown.endsWith("\x1b[2m… 1,048,576 characters\x1b[0m"));
  });
});
