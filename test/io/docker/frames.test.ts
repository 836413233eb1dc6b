// Taking apart multiplexed logs: any cut of the bytes gives the same text, and no chunk is too much.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Frames } from "../../../src/io/docker/frames.ts";
import { cpuMs, isWithin } from "../../support/cpuTime.ts";

function frame(kind: number, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

function read(chunks: Buffer[]): { stdout: string; stderr: string } {
  const result = { stdout: "", stderr: "" };
  const frames = new Frames((data, stream) => {
    result[stream] += data.toString();
  });
  for (const chunk of chunks) frames.push(chunk);
  return result;
}

describe("a multiplexed log", () => {
  const whole = Buffer.concat([
    frame(1, "one\n"),
    frame(2, "bad\n"),
    frame(1, ""),
    frame(1, "two\n"),
    frame(3, "broken\n"),
  ]);
  const expected = { stdout: "one\ntwo\n", stderr: "bad\nbroken\n" };

  it("is the same for every place where it may be cut", () => {
    for (let cut = 0; cut <= whole.length; cut += 1) {
      assert.deepEqual(read([whole.subarray(0, cut), whole.subarray(cut)]), expected, `cut at ${cut}`);
    }
    assert.deepEqual(read([...whole].map((byte) => Buffer.from([byte]))), expected);
  });

  it("may have 100,000 small frames in one chunk", () => {
    const one = frame(1, "x");
    const many = Buffer.concat(Array.from({ length: 100_000 }, () => one));
    const started = cpuMs();
    assert.equal(read([many]).stdout.length, 100_000);
    assert.ok(isWithin(cpuMs() - started, 2_000));
  });

  it("is handed on as it is when it is none after all", () => {
    assert.equal(read([Buffer.from("plain text of a terminal")]).stdout, "plain text of a terminal");
    assert.equal(read([frame(1, "a"), Buffer.from("\u0009xxxxxxxxx")]).stdout, "a\u0009xxxxxxxxx");
  });
});
