// The guards of both sides of the panel GPU Usage: what is no message of theirs is dropped.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { plainName } from "../../src/base/plainName.ts";
import { fromGpuPanel, toGpuPanel } from "../../src/protocol/gpu.ts";

describe("a message of the GPU panel", () => {
  for (const message of [
    { type: "ready" },
    { type: "all" },
    { type: "act" },
    { type: "place", name: "dev" },
    { type: "violation", text: "style-src" },
  ])
    it(`${message.type} passes as it is`, () => assert.deepEqual(fromGpuPanel(message), message));

  const inherited = Object.create({ type: "ready" }) as object;
  for (const [what, message] of [
    ["an unknown command", { type: "run", name: "x" }],
    ["a key too many", { type: "ready", name: "x" }],
    ["a type that is inherited", inherited],
    ["a prototype key", JSON.parse('{"type":"place","__proto__":{"name":"dev"}}') as unknown],
    ["a name that is no text", { type: "place", name: ["dev"] }],
    ["a name without end", { type: "place", name: "x".repeat(10_000_000) }],
    ["a text of another message", { type: "place", text: "dev" }],
    ["a list", [{ type: "ready" }]],
    ["nothing", null],
    ["a word", "ready"],
    ["a function", () => "ready"],
  ] as const)
    it(`that is ${what} is dropped`, () => assert.equal(fromGpuPanel(message), undefined));
});

describe("a message to the GPU panel", () => {
  const state = { places: [], place: null, filter: null, empty: null, second: 1, nodes: [] };

  it("passes with its series, and without those that are none", () => {
    const series = [{ device: "a", values: [new Float32Array(1)] }, { device: 7 }, null];
    const read = toGpuPanel({ type: "snapshot", state, series });
    assert.equal(read?.type === "snapshot" && read.series.length, 1);
    assert.equal(toGpuPanel({ type: "tick", state })?.type, "tick");
  });

  for (const message of [
    undefined,
    7,
    {},
    { type: "tick" },
    { type: "tick", state: {} },
    { type: "snapshot", state },
  ])
    it(`${JSON.stringify(message)} is dropped`, () => assert.equal(toGpuPanel(message), undefined));
});

describe("a foreign name", () => {
  it("is cut, and loses what would turn or hide the text around it", () => {
    assert.equal(plainName("a".repeat(1_000_000)).length, 253);
    assert.equal(plainName("pod\u202egpj.exe\u0000\u200b\ufeff"), "pod\ufffdgpj.exe\ufffd\ufffd\ufffd");
    assert.equal(plainName("Größe <b>π</b> 模型"), "Größe <b>π</b> 模型");
  });
});
