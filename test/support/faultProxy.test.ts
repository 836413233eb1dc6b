// The fault proxy against a small echo server: each fault is what a client would see.
import assert from "node:assert/strict";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type FaultProxy, startFaultProxy } from "./faultProxy.ts";

describe("fault proxy", () => {
  let server: Server;
  let proxy: FaultProxy;
  let clients: Socket[];

  beforeEach(async () => {
    clients = [];
    server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => socket.write(chunk));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    proxy = await startFaultProxy({ port: typeof address === "object" && address ? address.port : 0 });
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    await proxy.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A client with what it received and how it was closed. */
  async function open(): Promise<{ send(text: string): void; received: () => string; error: () => string }> {
    const client = connect({ port: proxy.port, host: "127.0.0.1" });
    clients.push(client);
    let received = "";
    let error = "";
    client.on("data", (chunk) => {
      received += chunk.toString();
    });
    client.on("error", (problem: NodeJS.ErrnoException) => {
      error = problem.code ?? problem.message;
    });
    // A reset can come before the connection is seen to be made.
    await new Promise((resolve) => client.once("connect", resolve).once("error", resolve));
    return { send: (text) => client.write(text), received: () => received, error: () => error };
  }

  it("passes bytes when there is no fault", async () => {
    const client = await open();
    client.send("hello");
    await until(() => client.received() === "hello");
    assert.equal(proxy.open, 1);
    assert.equal(proxy.bytesFromServer, 5);
  });

  it("resets open connections and new ones", async () => {
    const first = await open();
    first.send("a");
    await until(() => first.received() === "a");
    proxy.set({ kind: "reset" });
    await until(() => first.error() === "ECONNRESET");
    const second = await open();
    await until(() => second.error() === "ECONNRESET");
  });

  it("resets what is open and lets the next pass", async () => {
    const first = await open();
    first.send("a");
    await until(() => first.received() === "a");
    proxy.resetOpen();
    await until(() => first.error() === "ECONNRESET");
    const second = await open();
    second.send("b");
    await until(() => second.received() === "b");
  });

  it("stalls an open connection and heals it", async () => {
    const client = await open();
    client.send("a");
    await until(() => client.received() === "a");
    proxy.set({ kind: "stall" });
    client.send("b");
    await sleep(150);
    assert.equal(client.received(), "a");
    proxy.set({ kind: "none" });
    await until(() => client.received() === "ab");
  });

  it("delays each direction and keeps the order", async () => {
    proxy.set({ kind: "delay", delayMs: 60 });
    const client = await open();
    const begin = performance.now();
    client.send("a");
    await sleep(10);
    client.send("b");
    await until(() => client.received() === "ab");
    assert.ok(performance.now() - begin >= 115, "two directions of 60 ms");
  });

  it("slices what passes, and loses nothing", async () => {
    proxy.set({ kind: "slice", mostBytes: 2 });
    const client = connect({ port: proxy.port, host: "127.0.0.1" });
    clients.push(client);
    const pieces: number[] = [];
    let received = "";
    client.on("data", (chunk) => {
      pieces.push(chunk.length);
      received += chunk.toString();
    });
    client.write("one word after the other");
    await until(() => received === "one word after the other");
    assert.ok(pieces.length >= 6, `in ${pieces.length} pieces`);
  });

  it("cuts a connection after exactly so many bytes", async () => {
    proxy.set({ kind: "cut", afterBytes: 3 });
    const client = await open();
    client.send("abcdef");
    await until(() => client.error() === "ECONNRESET");
    assert.equal(client.received(), "abc");
  });
});

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 2_000;
  while (!check()) {
    assert.ok(Date.now() < end, "took more than 2 s");
    await sleep(5);
  }
}
