// WebSocket framing: lengths, masks, fragments, and what is refused.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  applyMask,
  closePayload,
  messageHeader,
  MessageReader,
  opcodes,
} from "../../../src/core/kube/websocket.ts";

const mask = Uint8Array.from([1, 2, 3, 4]);

function frame(opcode: number, payload: Uint8Array, masked = true, final = true): Uint8Array {
  const header = messageHeader(opcode, payload.length, masked ? mask : undefined);
  if (!final) header[0] = opcode;
  const body = payload.slice();
  if (masked) applyMask(body, mask);
  return Buffer.concat([header, body]);
}

function read(reader: MessageReader, bytes: Uint8Array): string[] {
  const messages = reader.push(Uint8Array.from(bytes));
  return "failure" in messages
    ? [`${messages.closeCode} ${messages.failure}`]
    : messages.map((one) => `${one.opcode}:${Buffer.from(one.payload).toString()}`);
}

describe("WebSocket frames", () => {
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
    it(`carry ${length} bytes, in pieces of any size`, () => {
      const payload = Uint8Array.from({ length }, (_, index) => index & 0xff);
      const bytes = Buffer.concat([frame(opcodes.binary, payload), frame(opcodes.ping, Buffer.from("p"))]);
      for (const size of [1_000, 4_097, bytes.length]) {
        const reader = new MessageReader(true);
        const got: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          const messages = reader.push(Uint8Array.from(bytes.subarray(at, at + size)));
          assert.ok(!("failure" in messages));
          got.push(...messages.map((one) => one.payload.slice()));
        }
        assert.equal(got.length, 2);
        assert.ok(Buffer.from(got[0] ?? []).equals(Buffer.from(payload)));
      }
    });
  }

  it("puts fragments together, with a ping between them", () => {
    const reader = new MessageReader(false);
    const text = (value: string) => Buffer.from(value);
    const parts = [
      frame(opcodes.text, text("one "), false, false),
      frame(opcodes.ping, text("?"), false),
      frame(opcodes.continuation, text("two "), false, false),
      frame(opcodes.continuation, text("three"), false),
    ];
    assert.deepEqual(
      parts.flatMap((part) => read(reader, part)),
      ["9:?", "1:one two three"],
    );
  });

  it("are handed on piece by piece where they make up one stream", () => {
    const stream = Buffer.from("one stream of bytes, whatever the messages are");
    const bytes = Buffer.concat([
      frame(opcodes.binary, stream.subarray(0, 20), false, false),
      frame(opcodes.ping, Buffer.from("p"), false),
      frame(opcodes.continuation, stream.subarray(20), false),
    ]);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new MessageReader(false, true);
      const said = { stream: "", pings: 0 };
      for (let at = 0; at < bytes.length; at += size) {
        const messages = reader.push(bytes.subarray(at, at + size));
        assert.ok(!("failure" in messages));
        for (const { opcode, payload } of messages) {
          if (opcode === opcodes.ping) said.pings++;
          else said.stream += Buffer.from(payload).toString();
        }
      }
      assert.deepEqual(said, { stream: stream.toString(), pings: 1 });
    }
  });

  it("are masked byte by byte alike, wherever the bytes lie in memory", () => {
    for (let offset = 0; offset < 9; offset++) {
      for (const length of [0, 1, 3, 7, 8, 9, 15, 16, 17, 64, 100]) {
        const memory = Uint8Array.from({ length: 128 }, (_, index) => index * 7);
        const expected = memory.map((byte, index) =>
          index >= offset && index < offset + length ? byte ^ (mask[(index - offset) & 3] ?? 0) : byte,
        );
        // In two parts, as a frame with a header of its own is.
        const part = Math.min(offset, length);
        applyMask(memory.subarray(offset, offset + part), mask);
        applyMask(memory.subarray(offset + part, offset + length), mask, part);
        assert.deepEqual(memory, expected, `${length} bytes at ${offset}`);
      }
    }
  });

  it("are refused when masked wrongly, out of order, too long or of an unknown kind", () => {
    const bytes = Buffer.from("x");
    assert.match(read(new MessageReader(true), frame(opcodes.text, bytes, false))[0] ?? "", /^1002 .*masked/);
    assert.match(read(new MessageReader(true), frame(opcodes.continuation, bytes))[0] ?? "", /^1002 .*order/);
    assert.match(read(new MessageReader(true), frame(3, bytes))[0] ?? "", /^1002 opcode 3/);
    assert.match(
      read(new MessageReader(true), frame(opcodes.ping, bytes, true, false))[0] ?? "",
      /^1002 .*control/,
    );
    const huge = Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]);
    assert.match(read(new MessageReader(true), huge)[0] ?? "", /^1009/);
  });

  it("says why it closes", () => {
    const payload = closePayload(1011, "bye");
    assert.deepEqual([payload[0], payload[1], Buffer.from(payload.subarray(2)).toString()], [3, 0xf3, "bye"]);
  });
});
