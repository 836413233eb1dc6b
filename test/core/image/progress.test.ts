// Builders' progress to steps and a log: recorded runs, and input that no builder should send.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { PlainProgress } from "../../../src/core/image/plainProgress.ts";
import { RawProgress } from "../../../src/core/image/rawProgress.ts";
import {
  maximumSteps,
  type ProgressReader,
  positionOf,
  summary,
  tailLength,
} from "../../../src/core/image/steps.ts";
import { plainLine } from "../../../src/core/image/text.ts";

const golden = new URL("../../golden/docker/", import.meta.url);

function feed(
  file: string,
  reader: ProgressReader,
): { reader: ProgressReader; log: string[]; said: string[] } {
  const log: string[] = [];
  const said: string[] = [];
  for (const line of readFileSync(new URL(file, golden), "utf8").split("\n")) {
    if (line !== "") log.push(...reader.line(line));
    const { text } = summary(reader.steps);
    if (said.at(-1) !== text) said.push(text);
  }
  log.push(...reader.end());
  return { reader, log, said };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const vertex = (digest: string, more: object) =>
  JSON.stringify({ vertexes: [{ digest, name: `[1/1] ${digest}`, ...more }] });
const output = (digest: string, data: string) =>
  JSON.stringify({ logs: [{ vertex: digest, stream: 1, data }] });

describe("progress of a multi-stage build", () => {
  for (const [name, file, reader] of [
    ["buildx on the current engine", "buildx-current/multi-stage.ndjson", () => new RawProgress()],
    ["buildx on engine 20.10", "buildx-old/multi-stage.ndjson", () => new RawProgress()],
    ["BuildKit as text", "buildkit-text/multi-stage.txt", () => new PlainProgress()],
    ["the classic builder", "classic/multi-stage.txt", () => new PlainProgress()],
  ] as const) {
    it(`${name}: every step is done, and what it printed is kept`, () => {
      const { reader: progress } = feed(file, reader());
      const own = progress.steps.filter((step) => step.position);
      assert.ok(own.length >= 6, String(own.length));
      assert.deepEqual([...new Set(own.map((step) => step.state))], ["done"]);
      const run = own.find((step) => step.name.includes("compiling"));
      assert.deepEqual(
        run?.tail.filter((line) => line === "compiling"),
        ["compiling"],
      );
    });
  }

  it("says which step of how many runs, and numbers the log upwards", () => {
    const { log, said, reader } = feed("buildx-current/multi-stage.ndjson", new RawProgress());
    assert.ok(
      said.includes("Step 4 of 4 in build: RUN echo compiling && cat hello.txt > out.txt"),
      said.join("\n"),
    );
    assert.ok((summary(reader.steps).fraction ?? 0) > 0.8);
    const begun = log.filter((line) => /^#\d+ \[/.test(line)).map((line) => Number(/\d+/.exec(line)?.[0]));
    assert.deepEqual(
      begun,
      [...begun].sort((a, b) => a - b),
    );
    assert.ok(log.some((line) => /^#\d+ last: hello$/.test(line)));
    assert.ok(log.some((line) => /^#\d+ DONE \d+\.\ds$/.test(line)));
  });
});

describe("BuildKit's JSON progress", () => {
  it("puts lines together that come in pieces, also in the middle of a character", () => {
    const progress = new RawProgress();
    const bytes = Buffer.from("größer\nzwei\nrest");
    const log = [...progress.line(vertex("a", { started: "2026-01-01T00:00:00Z" }))];
    for (const byte of bytes) log.push(...progress.line(output("a", Buffer.from([byte]).toString("base64"))));
    assert.deepEqual(log.slice(-2), ["#1 größer", "#1 zwei"]);
    assert.deepEqual(progress.end(), ["#1 rest"]);
  });

  it("shows what a step printed last before its end, also where both come at once", () => {
    const progress = new RawProgress();
    progress.line(vertex("a", { started: "2026-01-01T00:00:00Z" }));
    progress.line(output("a", base64("./many/4")));
    const end = { started: "2026-01-01T00:00:00Z", completed: "2026-01-01T00:00:01Z" };
    const both = { ...JSON.parse(vertex("a", end)), ...JSON.parse(output("a", base64("99\nlast"))) };
    assert.deepEqual(progress.line(JSON.stringify(both)), ["#1 ./many/499", "#1 last", "#1 DONE 1.0s"]);
  });

  it("takes away escapes and keeps the last state of a redrawn line", () => {
    const progress = new RawProgress();
    progress.line(vertex("a", { started: "2026-01-01T00:00:00Z" }));
    const log = progress.line(
      output("a", base64("\u001b[32mok\u001b[0m\n10%\r99%\r\n\u001b]0;title\u0007x\u0007\n")),
    );
    assert.deepEqual(log, ["#1 ok", "#1 99%", "#1 x"]);
  });

  it("tells failed from cancelled", () => {
    const progress = new RawProgress();
    const ended = { started: "2026-01-01T00:00:00Z", completed: "2026-01-01T00:00:02.5Z" };
    progress.line(vertex("a", { ...ended, error: "context canceled: context canceled" }));
    progress.line(
      vertex("b", { ...ended, error: 'process "/bin/sh -c x" did not complete successfully: exit code: 1' }),
    );
    progress.line(vertex("c", { ...ended, cached: true }));
    assert.deepEqual(
      progress.steps.map((step) => [step.state, step.cached, step.ms]),
      [
        ["cancelled", false, 2500],
        ["failed", false, 2500],
        ["done", true, 2500],
      ],
    );
  });

  it("reads warnings once, with the lines they name", () => {
    const progress = new RawProgress();
    const warning = {
      vertex: "a",
      short: base64("FromAsCasing: 'as' and 'FROM' keywords' casing do not match"),
      url: "https://docs.docker.com/go/dockerfile/rule/from-as-casing/",
      range: [{ start: { line: 1 }, end: { line: 2 } }],
    };
    progress.line(JSON.stringify({ warnings: [warning, warning] }));
    assert.deepEqual(progress.warnings, [
      {
        rule: "FromAsCasing",
        message: "'as' and 'FROM' keywords' casing do not match",
        url: "https://docs.docker.com/go/dockerfile/rule/from-as-casing/",
        firstLine: 1,
        lastLine: 2,
      },
    ]);
  });

  it("survives what is no progress, and shows it", () => {
    const progress = new RawProgress();
    for (const line of [
      "{",
      "null",
      "[]",
      '{"vertexes":7}',
      '{"vertexes":[null,{},{"digest":1}]}',
      '{"logs":[{"vertex":"?","data":"%%%"}]}',
    ]) {
      assert.doesNotThrow(() => progress.line(line));
    }
    assert.deepEqual(progress.line("ERROR: \u001b[31mno\u001b[0m"), ["ERROR: no"]);
    assert.equal(progress.steps.length, 0);
  });

  it("stays bounded: many steps, many lines, a line without an end", () => {
    const progress = new RawProgress();
    for (let index = 0; index < maximumSteps + 10; index += 1) progress.line(vertex(`v${index}`, {}));
    assert.equal(progress.steps.length, maximumSteps);
    for (let index = 0; index < 1000; index += 1) progress.line(output("v0", base64(`line ${index}\n`)));
    assert.equal(progress.steps[0]?.tail.length, tailLength);
    assert.equal(progress.steps[0]?.tail.at(-1), "line 999");
    for (let index = 0; index < 100; index += 1) progress.line(output("v1", base64("x".repeat(10_000))));
    assert.ok((progress.end()[0]?.length ?? 0) < 70_000);
  });
});

describe("the place of a step", () => {
  for (const [name, stage, index, count] of [
    ["[2/5] RUN x", undefined, 2, 5],
    ["[ 2/10] RUN x", undefined, 2, 10],
    ["[train 3/4] COPY a b", "train", 3, 4],
    ["[linux/amd64 train 3/4] COPY a b", "train", 3, 4],
    ["[linux/amd64 3/4] COPY a b", undefined, 3, 4],
  ] as const) {
    it(name, () => {
      const position = positionOf(name);
      assert.deepEqual([position?.stage, position?.index, position?.count], [stage, index, count]);
    });
  }
  it("is none for a step of the builder itself", () => {
    assert.equal(positionOf("[internal] load metadata for x"), undefined);
    assert.equal(positionOf("exporting to image"), undefined);
  });
});

describe("a line for the log", () => {
  it("keeps tabs and text, and nothing that moves a cursor", () => {
    assert.equal(plainLine("a\tb\u001b[2K\u001b[1;31mc\u001b[m\u001b(B\u009b"), "a\tbc");
  });
});
