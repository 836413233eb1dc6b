// What one turn of the event loop sends to a stream in a WebSocket leaves as one message.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Duplex } from "node:stream";
import { describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { never } from "../../../src/base/signal.ts";
import { MessageReader } from "../../../src/core/kube/websocket.ts";
import { WebSocketClient } from "../../../src/io/kube/forward/webSocket.ts";
import type { Transport } from "../../../src/io/kube/transport.ts";

/** A client whose bytes go to `written`, and which never hears anything. */
async function opened(protocol: string): Promise<{ client: WebSocketClient; written: Buffer[] }> {
  const written: Buffer[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const transport = {
    upgrade: async (_path: string, headers: Record<string, string>) => {
      const key = headers["sec-websocket-key"] ?? "";
      const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      const answer = { "sec-websocket-accept": proof, "sec-websocket-protocol": protocol };
      return { socket, head: Buffer.alloc(0), headers: answer };
    },
  } as unknown as Transport;
  return { client: await WebSocketClient.open(transport, systemClock, "/", [protocol], never()), written };
}

/** The messages that were written since this was asked last. */
function messages(written: Buffer[]): string[] {
  const read = new MessageReader(true).push(Buffer.concat(written.splice(0)));
  assert.ok(!("failure" in read));
  return read.map(({ payload }) => Buffer.from(payload).toString());
}

describe("what is sent through a WebSocket", () => {
  it("is one message a turn where messages make up one stream, of parts of any length", async () => {
    const { client, written } = await opened("SPDY/3.1+portforward.k8s.io");
    client.send(Buffer.from("one "), Buffer.from("two th"));
    client.send(Buffer.from("ree"));
    assert.equal(client.waiting, 13);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(messages(written), ["one two three"]);
    client.send(Buffer.from("four"));
    client.close();
    assert.deepEqual(messages(written).slice(0, 1), ["four"]);
  });

  it("is a message each where a message means something", async () => {
    const { client, written } = await opened("v4.channel.k8s.io");
    client.send(Buffer.from("one"));
    client.send(Buffer.from("two"));
    assert.deepEqual(messages(written), ["one", "two"]);
    client.close();
  });
});
