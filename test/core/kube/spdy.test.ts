// SPDY framing: header blocks as zlib writes them, frames in any pieces, streams with half-close.
import assert from "node:assert/strict";
import { constants, createDeflate, inflateSync } from "node:zlib";
import { describe, it } from "mocha";
import { headerDictionary } from "../../../src/core/kube/spdy/dictionary.ts";
import { FrameReader, FrameWriter } from "../../../src/core/kube/spdy/frames.ts";
import { concat, HeaderReader, HeaderWriter } from "../../../src/core/kube/spdy/headers.ts";
import { Inflater } from "../../../src/core/kube/spdy/inflate.ts";
import { SpdySession, type SpdyStream } from "../../../src/core/kube/spdy/session.ts";

/** Pieces of one zlib stream, each ended by a sync flush, as a SPDY peer sends them. */
async function deflated(
  pieces: readonly Uint8Array[],
  level: number,
  dictionary: boolean,
): Promise<Uint8Array[]> {
  const deflate = createDeflate({ level, ...(dictionary ? { dictionary: headerDictionary() } : {}) });
  const out: Uint8Array[] = [];
  for (const piece of pieces) {
    const parts: Buffer[] = [];
    const collect = (part: Buffer) => parts.push(part);
    deflate.on("data", collect);
    deflate.write(piece);
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    deflate.off("data", collect);
    out.push(Buffer.concat(parts));
  }
  deflate.destroy();
  return out;
}

/** Numbers that look random and are the same each time. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    return (state >> 16) & 0xff;
  });
}

describe("SPDY header compression", () => {
  it("has the dictionary of the draft", () => {
    assert.equal(headerDictionary().length, 1_423);
  });

  for (const level of [0, 1, 6, 9]) {
    for (const dictionary of [true, false]) {
      it(`reads level ${level} ${dictionary ? "with" : "without"} the dictionary, piece by piece`, async () => {
        const text = (value: string) => new TextEncoder().encode(value);
        const pieces = [
          text("content-type: text/html, content-length, accept-encoding"),
          text("content-type: text/html, content-length, accept-encoding".repeat(40)),
          noise(3_000, level + 1),
          text("x"),
          text("abcabcabc".repeat(9_000)),
          noise(70_000, level + 7),
        ];
        const inflater = new Inflater(headerDictionary());
        for (const [index, piece] of (await deflated(pieces, level, dictionary)).entries()) {
          const read = inflater.push(piece);
          assert.ok(read, `piece ${index}`);
          assert.ok(Buffer.from(read).equals(Buffer.from(pieces[index] ?? [])), `piece ${index}`);
        }
      });
    }
  }

  it("says undefined for what is no zlib, and stays so", () => {
    const inflater = new Inflater(headerDictionary());
    assert.equal(inflater.push(Uint8Array.from([1, 2, 3, 4])), undefined);
    assert.equal(inflater.push(new HeaderWriter().write({ a: "b" })), undefined);
  });

  it("never throws, whatever arrives", () => {
    for (let seed = 1; seed < 400; seed++) {
      const inflater = new Inflater(headerDictionary());
      inflater.push(concat([Uint8Array.from([0x78, 0x01]), noise(60, seed)]));
    }
  });

  it("writes what zlib can read", () => {
    const block = new HeaderWriter().write({ StreamType: "data", port: "8000" });
    const plain = inflateSync(block, { finishFlush: constants.Z_SYNC_FLUSH });
    assert.match(plain.toString("latin1"), /streamtype.*data.*port.*8000/s);
  });

  it("reads back what it writes, block after block", () => {
    const [writer, reader] = [new HeaderWriter(), new HeaderReader()];
    for (const headers of [{ port: "1" }, {}, { a: "ü", b: "" }]) {
      assert.deepEqual({ ...reader.read(writer.write(headers)) }, headers);
    }
  });
});

describe("SPDY frames", () => {
  it("come out whole from pieces of any size", () => {
    const writer = new FrameWriter();
    const payload = noise(500, 3);
    const bytes = concat([
      writer.open(1, { streamtype: "error" }, true),
      writer.reply(1, {}),
      writer.dataHeader(1, payload.length, false),
      payload,
      writer.ping(7),
      writer.reset(1, 5),
      writer.goAway(1, 0),
    ]);
    for (const size of [1, 3, 7, 64, bytes.length]) {
      const reader = new FrameReader();
      const types: string[] = [];
      const data: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        const frames = reader.push(bytes.slice(at, at + size));
        assert.ok(!("failure" in frames));
        for (const frame of frames) {
          if (frame.type === "data") data.push(frame.payload);
          // Data comes in pieces.
          if (frame.type !== "data" || types.at(-1) !== "data") types.push(frame.type);
        }
      }
      assert.deepEqual(concat(data), payload);
      assert.deepEqual(types, ["open", "reply", "data", "ping", "reset", "goaway"], `pieces of ${size}`);
    }
  });

  it("of another version or beyond all size are a failure", () => {
    assert.deepEqual(new FrameReader().push(Uint8Array.from([0x80, 2, 0, 1, 0, 0, 0, 0])), {
      failure: "SPDY version 2",
    });
    const huge = new FrameReader().push(Uint8Array.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]));
    assert.ok("failure" in huge);
  });
});

describe("a SPDY session", () => {
  function pair(onStream: (stream: SpdyStream) => void) {
    const closed: (string | undefined)[] = [];
    const listener = { stream: onStream, closed: (failure: string | undefined) => void closed.push(failure) };
    const client: SpdySession = new SpdySession(
      "client",
      (parts) => server.receive(Buffer.concat(parts)),
      listener,
    );
    const server: SpdySession = new SpdySession(
      "server",
      (parts) => client.receive(Buffer.concat(parts)),
      listener,
    );
    return { client, server, closed };
  }
  const ignoring = { data() {}, ended() {}, reset() {} };

  it("carries half-close both ways: the answer comes after the question has ended", () => {
    const heard: string[] = [];
    const { client, server } = pair((stream) => {
      stream.listener = {
        ...ignoring,
        data: (bytes) => heard.push(`server got ${Buffer.from(bytes).toString()}`),
        ended: () => {
          heard.push("server saw the end");
          stream.write(Buffer.from("reply"));
          stream.end();
        },
      };
    });
    const stream = client.open(
      { port: "80" },
      {
        ...ignoring,
        data: (bytes) => heard.push(`client got ${Buffer.from(bytes).toString()}`),
        ended: () => heard.push("client saw the end"),
      },
    );
    stream.write(Buffer.from("question"));
    stream.end();
    assert.deepEqual(heard, [
      "server got question",
      "server saw the end",
      "client got reply",
      "client saw the end",
    ]);
    assert.deepEqual([client.streams, server.streams, stream.over], [0, 0, true]);
  });

  it("keeps streams apart, and a reset ends only its own", () => {
    const opened: SpdyStream[] = [];
    const { client } = pair((stream) => opened.push(stream));
    const ended: number[] = [];
    for (let index = 0; index < 3; index++) client.open({}, { ...ignoring, reset: () => ended.push(index) });
    opened[1]?.reset();
    assert.deepEqual(ended, [1]);
    assert.equal(client.streams, 2);
  });

  it("ends every stream when the other side makes no sense", () => {
    const { client, closed } = pair(() => {});
    let reset = 0;
    client.open({}, { ...ignoring, reset: () => (reset += 1) });
    client.receive(Uint8Array.from([0x80, 9, 0, 0, 0, 0, 0, 0]));
    assert.equal(reset, 1);
    assert.deepEqual(closed, ["SPDY version 9"]);
    assert.equal(client.open({}, ignoring).over, true, "and opens no more");
  });

  it("answers a ping once", () => {
    const sent: Uint8Array[] = [];
    const session = new SpdySession("server", (parts) => sent.push(...parts), { stream() {}, closed() {} });
    session.receive(new FrameWriter().ping(1));
    session.receive(new FrameWriter().ping(2));
    assert.equal(sent.length, 1);
  });
});
