// A TCP proxy with faults, between our client and a server; switched while connections are open.
//
// It knows no protocol, so TLS passes through it, and what the client sees is what a bad network does.
import { connect, createServer, type Server, type Socket } from "node:net";
import { reset as resetConnection } from "../../src/io/kube/forward/reset.ts";

export type Fault =
  /** Everything passes. */
  | { kind: "none" }
  /** Open connections are reset at once, new ones as soon as they are made. */
  | { kind: "reset" }
  /** Connections are accepted and stay open, and no byte passes in either direction. */
  | { kind: "stall" }
  /** Every chunk waits so long, in each direction. */
  | { kind: "delay"; delayMs: number }
  /** After so many bytes from the server on one connection, counted from the switch, it is reset. */
  | { kind: "cut"; afterBytes: number }
  /** Every chunk goes on in pieces of 1 up to so many bytes, each in a segment of its own. */
  | { kind: "slice"; mostBytes: number };

/** A port on loopback, or a Unix socket. */
export type Endpoint = { port: number } | { path: string };

export type FaultProxy = {
  /** Where to connect instead of to the server; 0 when it listens on a Unix socket. */
  readonly port: number;
  /** Switches the fault for all connections, open and new. */
  set(fault: Fault): void;
  /** Resets the open connections once and lets new ones pass. */
  resetOpen(): void;
  /** How many connections are open now, and how many there have been. */
  readonly open: number;
  readonly total: number;
  /** When each of them was made, in ms of `performance.now()`. */
  readonly madeMs: readonly number[];
  /** Bytes that came from the server. */
  readonly bytesFromServer: number;
  stop(): Promise<void>;
};

type Pair = { client: Socket; server: Socket; fromServer: number };

/** Starts the proxy on a free port, or where `listen` says. */
export async function startFaultProxy(target: Endpoint, listen: Endpoint = { port: 0 }): Promise<FaultProxy> {
  let fault: Fault = { kind: "none" };
  const pairs = new Set<Pair>();
  const madeMs: number[] = [];
  let bytesFromServer = 0;

  const server = createServer({ noDelay: true }, (client) => {
    madeMs.push(performance.now());
    const upstream =
      "path" in target ? connect(target.path) : connect({ port: target.port, host: "127.0.0.1" });
    upstream.setNoDelay(true);
    const pair: Pair = { client, server: upstream, fromServer: 0 };
    pairs.add(pair);
    client.on("data", (chunk) => pass(client, upstream, chunk));
    upstream.on("data", (chunk) => {
      bytesFromServer += chunk.length;
      const left = fault.kind === "cut" ? fault.afterBytes - pair.fromServer : Number.POSITIVE_INFINITY;
      pair.fromServer += chunk.length;
      if (chunk.length < left) {
        pass(upstream, client, chunk);
        return;
      }
      // The bytes up to the cut still reach the client; a reset right after them could overtake them.
      client.write(chunk.subarray(0, Math.max(0, left)), () => setTimeout(() => reset(pair), 20));
      upstream.pause();
    });
    for (const [side, other] of [[client, upstream] as const, [upstream, client] as const]) {
      side.on("end", () => {
        if (fault.kind !== "stall") other.end();
      });
      side.on("error", () => reset(pair));
      side.on("close", () => {
        pairs.delete(pair);
        if (fault.kind !== "stall") other.destroySoon();
      });
    }
    apply(pair);
  });

  /** One direction's next chunk, late by the delay; a delayed chunk keeps the later ones behind it. */
  function pass(from: Socket, to: Socket, chunk: Buffer): void {
    if (fault.kind === "delay") {
      from.pause();
      setTimeout(() => {
        if (!to.destroyed) to.write(chunk);
        if (fault.kind !== "stall") from.resume();
      }, fault.delayMs);
      return;
    }
    if (fault.kind === "slice") {
      from.pause();
      slice(chunk, fault.mostBytes, to, () => {
        if (fault.kind !== "stall") from.resume();
      });
      return;
    }
    if (!to.write(chunk)) {
      from.pause();
      to.once("drain", () => {
        if (fault.kind !== "stall") from.resume();
      });
    }
  }

  /** The next piece waits for a turn of the loop, or the other side would read both together. */
  function slice(chunk: Buffer, mostBytes: number, to: Socket, done: () => void): void {
    if (chunk.length === 0 || to.destroyed) {
      done();
      return;
    }
    const length = 1 + Math.floor(Math.random() * mostBytes);
    to.write(chunk.subarray(0, length), () =>
      setImmediate(() => slice(chunk.subarray(length), mostBytes, to, done)),
    );
  }

  function apply(pair: Pair): void {
    pair.fromServer = 0;
    if (fault.kind === "reset") {
      reset(pair);
    } else if (fault.kind === "stall") {
      pair.client.pause();
      pair.server.pause();
    } else {
      pair.client.resume();
      pair.server.resume();
    }
  }

  function reset(pair: Pair): void {
    pairs.delete(pair);
    resetConnection(pair.client);
    pair.server.destroy();
  }

  await listenOn(server, listen);
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    set(next) {
      fault = next;
      for (const pair of pairs) apply(pair);
    },
    resetOpen() {
      for (const pair of pairs) reset(pair);
    },
    get open() {
      return pairs.size;
    },
    get total() {
      return madeMs.length;
    },
    madeMs,
    get bytesFromServer() {
      return bytesFromServer;
    },
    async stop() {
      for (const pair of pairs) reset(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listenOn(server: Server, listen: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    if ("path" in listen) server.listen(listen.path, resolve);
    else server.listen(listen.port, "127.0.0.1", resolve);
  });
}
