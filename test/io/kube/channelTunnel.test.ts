// Forwards over the older channels, against a scripted server that frames its bytes in every way it may.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { messageHeader, MessageReader, opcodes } from "../../../src/core/kube/websocket.ts";
import { Credentials } from "../../../src/io/kube/credentials.ts";
import { LocalForward } from "../../../src/io/kube/forward/localForward.ts";
import { openTunnel } from "../../../src/io/kube/forward/openTunnel.ts";
import { Transport } from "../../../src/io/kube/transport.ts";

const DATA = 0;
const ERRORS = 1;
const UNKNOWN = 7;
const port = Buffer.from([8000 & 0xff, 8000 >> 8]);

/** The pod's end of one connection: writes frames as the script wants. */
class Pod {
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  frame(opcode: number, payload: Uint8Array, isFinal = true): void {
    const header = messageHeader(opcode, payload.length, undefined);
    if (!isFinal) header[0] = opcode;
    this.#socket.write(Buffer.concat([header, payload]));
  }

  say(channel: number, payload: Uint8Array): void {
    this.frame(opcodes.binary, Buffer.concat([Buffer.from([channel]), payload]));
  }

  close(): void {
    this.frame(opcodes.close, Buffer.from([3, 232]));
    this.#socket.end();
  }
}

type Script = (pod: Pod, bytes: Buffer) => void;

describe("a forward over the older channels", () => {
  let server: Server;
  let transport: Transport;
  let forward: LocalForward;
  let greet: (pod: Pod) => void;
  let answer: Script;

  beforeEach(async () => {
    greet = (pod) => {
      pod.say(DATA, port);
      pod.say(ERRORS, port);
    };
    server = createServer();
    server.on("upgrade", (request, socket) => {
      const key = String(request.headers["sec-websocket-key"]);
      const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
      );
      const pod = new Pod(socket);
      greet(pod);
      const reader = new MessageReader(true);
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        const messages = reader.push(chunk);
        if ("failure" in messages) throw new Error(messages.failure);
        for (const { opcode, payload } of messages) {
          if (opcode === opcodes.binary && payload[0] === DATA) answer(pod, Buffer.from(payload.subarray(1)));
          else if (opcode === opcodes.close) socket.end();
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = {
      context: "dev",
      namespace: undefined,
      cluster: { name: "dev", server: url, skipTLSVerify: false },
      user: { name: "me" },
      tokenFile: undefined,
      impersonateGroups: [],
      folder: "/",
    };
    transport = new Transport(url, new Credentials(target, silentLog), systemClock);
    const sink = { sent() {}, received() {}, lost() {}, unreached() {} };
    forward = new LocalForward(
      (pod, signal) => openTunnel(transport, systemClock, pod, signal),
      systemClock,
      sink,
    );
  });
  afterEach(() => {
    forward.dispose();
    transport.dispose();
    server.closeAllConnections();
    server.close();
  });

  /** Sends `bytes` and gives what comes back until the other side has ended. */
  async function asked(bytes: Buffer): Promise<Buffer> {
    const local = await forward.listen(0);
    await forward.use({ namespace: "ml", pod: "web", port: 8000 });
    const socket = connect(local, "127.0.0.1");
    const chunks: Buffer[] = [];
    const done = new Promise<Buffer>((resolve, reject) => {
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.once("end", () => resolve(Buffer.concat(chunks)));
      socket.once("error", reject);
    });
    socket.write(bytes);
    const got = await done;
    socket.destroy();
    return got;
  }

  /** Echoes what has come, in frames cut as `say` cuts them, and closes after `length` bytes. */
  function echo(length: number, say: (pod: Pod, bytes: Buffer) => void): Script {
    let got = 0;
    return (pod, bytes) => {
      say(pod, bytes);
      got += bytes.length;
      if (got >= length) pod.close();
    };
  }

  it("passes over empty frames, pings, and channels that it does not know", async () => {
    const sent = randomBytes(100_000);
    answer = echo(sent.length, (pod, bytes) => {
      pod.say(UNKNOWN, Buffer.from("noise"));
      pod.say(DATA, Buffer.alloc(0));
      pod.frame(opcodes.binary, Buffer.alloc(0));
      pod.frame(opcodes.ping, Buffer.from("?"));
      pod.say(DATA, bytes);
      pod.say(ERRORS, Buffer.alloc(0));
    });
    assert.ok((await asked(sent)).equals(sent));
  });

  it("puts messages together that come in fragments of any size", async () => {
    const sent = randomBytes(100_000);
    answer = echo(sent.length, (pod, bytes) => {
      const message = Buffer.concat([Buffer.from([DATA]), bytes]);
      for (let at = 0; at < message.length; ) {
        const next = Math.min(message.length, at + 1 + Math.floor(Math.random() * 5_000));
        pod.frame(
          at === 0 ? opcodes.binary : opcodes.continuation,
          message.subarray(at, next),
          next === message.length,
        );
        pod.frame(opcodes.pong, Buffer.alloc(0));
        at = next;
      }
    });
    assert.ok((await asked(sent)).equals(sent));
  });

  it("takes the port that each channel begins with for no data, however it is cut", async () => {
    greet = (pod) => {
      pod.say(DATA, port.subarray(0, 1));
      pod.say(ERRORS, port.subarray(0, 1));
      pod.say(ERRORS, port.subarray(1));
    };
    answer = (pod, bytes) => {
      pod.say(DATA, Buffer.concat([port.subarray(1), bytes]));
      pod.close();
    };
    assert.equal(String(await asked(Buffer.from("hello"))), "hello");
  });

  it("resets the connection when the server makes no sense", async () => {
    answer = (pod) => pod.frame(3, Buffer.from("?"));
    await assert.rejects(asked(Buffer.from("hello")), /ECONNRESET/);
  });
});
