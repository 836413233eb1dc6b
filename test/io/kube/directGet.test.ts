// A long answer past Node's HTTP parser: the same bytes however they are cut, and the ordinary way for all else.
import assert from "node:assert/strict";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, it } from "mocha";
import { BodyMemory, ChunkedBody } from "../../../src/io/kube/httpBody.ts";
import { eachChunk } from "../../../src/io/kube/chunks.ts";
import { type DirectAnswer, directGet } from "../../../src/io/kube/directGet.ts";
import { randomFrom } from "../../core/rules/mutate.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";

function chunked(parts: readonly Buffer[], trailer = ""): Buffer {
  const framed = parts.flatMap((part) => [
    Buffer.from(`${part.length.toString(16)}\r\n`),
    part,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailer}\r\n`)]);
}

describe("a body in chunks", () => {
  it("is the same however the network cuts it", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomFrom(seed);
      const parts = Array.from({ length: random(20) + 1 }, () =>
        Buffer.from(Array.from({ length: random(400) + 1 }, () => random(256))),
      );
      const bytes = chunked(parts, random(2) === 0 ? "a: b\r\n" : "");
      const body = new ChunkedBody();
      const memory = new BodyMemory();
      const taken: Buffer[] = [];
      for (let at = 0; at < bytes.length; ) {
        const stop = Math.min(bytes.length, at + 1 + random(60));
        assert.equal(body.isWhole, false);
        body.push(bytes.subarray(at, stop), 0, memory);
        if (random(3) === 0) taken.push(memory.take());
        at = stop;
      }
      taken.push(memory.take());
      assert.ok(body.isWhole);
      assert.deepEqual(Buffer.concat(taken), Buffer.concat(parts));
    }
  });

  for (const [what, text] of [
    ["no size", "\r\nabc"],
    ["a size that is none", "xyz\r\nabc"],
    ["a negative size", "-3\r\nabc"],
    ["a size beyond any", "fffffffffffff\r\nabc"],
    ["a chunk that is longer than it says", "3\r\nabcdef\r\n"],
    ["a line without end", `3;${"a".repeat(2000)}`],
    ["trailers without end", `0\r\n${"a: b\r\n".repeat(4000)}`],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => new ChunkedBody().push(Buffer.from(text), 0, new BodyMemory()), RangeError);
    });
  }

  it("never hangs or gives more than it was sent, whatever that is", () => {
    const whole = chunked([Buffer.from("one"), Buffer.from("two and more")]);
    for (let seed = 1; seed <= 2_000; seed++) {
      const random = randomFrom(seed);
      const bytes = Buffer.from(whole);
      for (let turn = 0; turn <= random(3); turn++) bytes[random(bytes.length)] = random(256);
      const memory = new BodyMemory();
      try {
        new ChunkedBody().push(bytes, 0, memory);
      } catch (error) {
        assert.ok(error instanceof RangeError);
      }
      assert.ok(memory.length <= bytes.length);
    }
  });
});

describe("a long answer", () => {
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    server?.close();
  });

  async function listening(own: Server): Promise<number> {
    server = own;
    own.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
    return (own.address() as AddressInfo).port;
  }

  /** Sends `write`'s bytes to whoever asks, and tells what was asked. */
  async function asked(
    write: (socket: Socket) => void,
    signal: AbortSignal = new AbortController().signal,
    timeoutMs = 5_000,
  ): Promise<{ answer: DirectAnswer; request: string }> {
    let request = "";
    const port = await listening(
      createServer((socket) =>
        socket.on("data", (bytes: Buffer) => {
          request += bytes.toString("latin1");
          if (request.endsWith("\r\n\r\n")) write(socket);
        }),
      ),
    );
    const place = {
      host: "127.0.0.1",
      port,
      tls: undefined,
      path: "/list?limit=5",
      headers: { accept: "text/plain", "x-line": "one\r\ntwo: three" },
    };
    return { answer: await directGet(place, timeoutMs, signal), request };
  }

  async function textOf(answer: DirectAnswer): Promise<string> {
    const chunks: Buffer[] = [];
    await eachChunk(answer, (chunk) => void chunks.push(chunk));
    return Buffer.concat(chunks).toString("utf8");
  }

  it("of a real server comes whole, with its headers", async () => {
    const words = Array.from({ length: 3_000 }, (_, index) => `word ${index} `);
    const port = await listening(
      createHttp((_request, answer) => {
        answer.setHeader("content-type", "text/plain");
        for (const word of words) answer.write(word);
        answer.end();
      }),
    );
    const place = { host: "127.0.0.1", port, tls: undefined, path: "/", headers: {} };
    const answer = await directGet(place, 5_000, new AbortController().signal);
    assert.equal(answer.headers["content-type"], "text/plain");
    assert.equal(await textOf(answer), words.join(""));
  });

  it("is the same when each byte comes alone", async () => {
    const { answer, request } = await asked((socket) => {
      socket.setNoDelay(true);
      void (async () => {
        const bytes = Buffer.concat([Buffer.from(HEAD), chunked([Buffer.from("déjà"), Buffer.from(" vu")])]);
        for (const byte of bytes) {
          socket.write(Buffer.from([byte]));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
    });
    assert.equal(await textOf(answer), "déjà vu");
    assert.match(request, /^GET \/list\?limit=5 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    assert.match(request, /\r\nx-line: onetwo: three\r\n/);
  });

  it("waits while its reader rests", async () => {
    let sent = 0;
    const part = chunked([Buffer.alloc(64 * 1024, "a")]).subarray(0, -5);
    const { answer } = await asked((socket) => {
      socket.write(HEAD);
      const more = () => {
        while (sent < 2_000) {
          sent++;
          if (!socket.write(part)) return void socket.once("drain", more);
        }
        socket.write("0\r\n\r\n");
      };
      more();
    });
    let bytes = 0;
    let isFirst = true;
    await eachChunk(answer, (chunk) => {
      bytes += chunk.length;
      if (!isFirst) return undefined;
      isFirst = false;
      // All of it would be 125 MiB. What the system keeps of a connection is a few.
      return delay(200).then(() => assert.ok(sent < 400, `${sent} parts were sent while nobody read`));
    });
    assert.equal(bytes, 2_000 * 64 * 1024);
  });

  for (const [what, status, text] of [
    ["with a length", 200, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"],
    ["until the connection ends", 200, "HTTP/1.0 200 OK\r\n\r\nabc"],
    [
      "of a refusal",
      403,
      "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ],
  ] as const) {
    it(`${what} comes whole`, async () => {
      const { answer } = await asked((socket) => socket.end(text));
      assert.equal(answer.statusCode, status);
      assert.equal(await textOf(answer), "abc");
    });
  }

  it("without a body is empty", async () => {
    const { answer } = await asked((socket) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
    assert.equal(await textOf(answer), "");
  });

  for (const [what, text, why] of [
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", /no HTTP/],
    ["headers without end", `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(20_000)}`, /no HTTP/],
    ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc", /body is broken/],
    ["another framing", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nabc", /body is broken/],
    ["nothing", "", /was closed/],
  ] as const) {
    it(`that is ${what} fails`, async () => {
      await assert.rejects(
        asked((socket) => socket.end(text)),
        why,
      );
    });
  }

  it("of nobody fails like any other", async () => {
    const port = await listening(createServer());
    await new Promise((resolve) => server?.close(resolve));
    const place = { host: "127.0.0.1", port, tls: undefined, path: "/", headers: {} };
    await assert.rejects(directGet(place, 5_000, new AbortController().signal), { code: "ECONNREFUSED" });
  });

  for (const [what, end] of [
    ["closed", (socket: Socket) => socket.end()],
    ["reset", (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    it(`that is ${what} before its end was cut`, async () => {
      const { answer } = await asked((socket) => {
        socket.write(`${HEAD}5\r\nabcde\r\n5\r\nab`);
        setTimeout(() => end(socket), 20);
      });
      await assert.rejects(textOf(answer), { code: "ECONNRESET" });
    });
  }

  it("with broken chunks fails", async () => {
    const { answer } = await asked((socket) => socket.write(`${HEAD}5\r\nabcdefgh\r\n`));
    await assert.rejects(textOf(answer), /body is broken/);
  });

  it("that failed before anybody read it says so to who reads it then", async () => {
    const { answer } = await asked((socket) => socket.write(`${HEAD}5\r\nabcdefgh\r\n`));
    await delay(20);
    await assert.rejects(textOf(answer), /body is broken/);
  });

  it("is given up at once when it is not wanted any more", async () => {
    const ended = new AbortController();
    const waiting = asked(() => ended.abort(), ended.signal);
    await assert.rejects(waiting, { name: "AbortError" });
  });

  it("is given up in the middle too, and its connection closed", async () => {
    const ended = new AbortController();
    const { answer } = await asked((socket) => socket.write(`${HEAD}5\r\nabcde\r\n`), ended.signal);
    const [socket] = sockets;
    assert.ok(socket);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const text = textOf(answer);
    ended.abort();
    await assert.rejects(text, { name: "AbortError" });
    await closed;
  });

  it("that does not begin in time is told", async () => {
    await assert.rejects(
      asked(() => {}, undefined, 50),
      /did not answer in time/,
    );
  });
});
