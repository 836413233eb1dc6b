// Port-forward: SPDY streams (through a WebSocket tunnel or on the bare connection), and the older channels.
import type { Duplex } from "node:stream";
import { SpdySession, type SpdyStream } from "../../core/kube/spdy/session.ts";
import { badRequest } from "../api/failure.ts";
import type { Pod } from "../object.ts";
import type { Connection } from "./connection.ts";
import type { PodPorts } from "./podPorts.ts";

const highWater = 1 << 20;

/** Holds a source back while the connection has much to send. */
class Flow {
  readonly #connection: Connection;
  readonly #held = new Set<Duplex>();
  /** Pod ends that have not taken what they were given. */
  readonly #full = new Set<Duplex>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onDrain(() => {
      for (const source of this.#held) source.resume();
      this.#held.clear();
    });
  }

  /** Something of `source` was sent. */
  sent(source: Duplex): void {
    if (this.#connection.waiting <= highWater) return;
    source.pause();
    this.#held.add(source);
  }

  /** Gives bytes to a pod end; while it is full nothing more is read from the connection. */
  give(target: Duplex, bytes: Uint8Array): void {
    // A copy, as the view ends with this call.
    if (target.write(Buffer.from(bytes)) || this.#full.has(target)) return;
    this.#full.add(target);
    this.#connection.pause();
    const free = () => {
      target.off("drain", free);
      target.off("close", free);
      if (!this.#full.delete(target) || this.#full.size > 0) return;
      this.#connection.resume();
    };
    target.once("drain", free);
    target.once("close", free);
  }
}

/** Serves the streams that the client opens until the connection ends. */
export function serveSpdyForward(connection: Connection, ports: PodPorts, pod: Pod): void {
  const flow = new Flow(connection);
  const errors = new Map<string, SpdyStream>();
  const session: SpdySession = new SpdySession(
    "server",
    (parts) => parts.forEach((bytes) => connection.write(bytes)),
    {
      stream(stream) {
        const { streamtype, port, requestid = "" } = stream.headers;
        if (streamtype === "error") {
          errors.set(requestid, stream);
          stream.listener = {
            data() {},
            ended() {},
            reset: () => void errors.delete(requestid),
          };
        } else if (streamtype === "data") {
          const error = errors.get(requestid);
          errors.delete(requestid);
          joinStream(stream, error, ports.connect(pod, Number(port)), flow);
        } else stream.reset();
      },
      closed: () => connection.close(),
    },
  );
  connection.onData((bytes) => session.receive(bytes));
  connection.onClose(() => session.lost());
}

function joinStream(
  stream: SpdyStream,
  error: SpdyStream | undefined,
  pod: Duplex | string,
  flow: Flow,
): void {
  if (typeof pod === "string") {
    error?.write(Buffer.from(pod));
    error?.end();
    stream.end();
    return;
  }
  pod.on("data", (chunk: Buffer) => {
    stream.write(chunk);
    flow.sent(pod);
  });
  pod.on("end", () => stream.end());
  pod.on("error", () => pod.destroy());
  pod.on("close", () => {
    // Ended by itself, or with its container: then the client must not wait for more.
    if (pod.readableEnded) stream.end();
    else stream.reset();
    error?.end();
  });
  stream.listener = {
    data: (bytes) => flow.give(pod, bytes),
    ended: () => void pod.end(),
    reset: () => pod.destroy(),
  };
}

/** `ports` of the query. @throws ApiFailure 400 without one. */
export function channelPorts(query: URLSearchParams): number[] {
  const ports = query.getAll("ports").flatMap((one) => one.split(",").map(Number));
  if (ports.length === 0) throw badRequest('query parameter "ports" is required');
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (wrong !== undefined) throw badRequest(`unable to parse "${wrong}" as a port`);
  return ports;
}

/** The older form: per port a channel of data and one of errors; each begins with the port. */
export function serveChannelForward(
  connection: Connection,
  ports: PodPorts,
  pod: Pod,
  wanted: readonly number[],
): void {
  const flow = new Flow(connection);
  const send = (channel: number, bytes: Uint8Array) => {
    const message = new Uint8Array(1 + bytes.length);
    message[0] = channel;
    message.set(bytes, 1);
    connection.write(message);
  };
  const ends = wanted.map((port, index) => {
    const opening = Uint8Array.from([port & 0xff, port >> 8]);
    send(2 * index, opening);
    send(2 * index + 1, opening);
    const end = ports.connect(pod, port);
    if (typeof end === "string") {
      send(2 * index + 1, Buffer.from(end));
      return undefined;
    }
    end.on("data", (chunk: Buffer) => {
      send(2 * index, chunk);
      flow.sent(end);
    });
    end.on("error", () => end.destroy());
    // This form has no half-close: the end of one port ends all of it.
    end.on("close", () => connection.close());
    end.on("end", () => connection.close());
    return end;
  });
  connection.onData((bytes) => {
    const channel = bytes[0] ?? 255;
    const end = channel % 2 === 0 ? ends[channel / 2] : undefined;
    if (end && bytes.length > 1) flow.give(end, bytes.subarray(1));
  });
  connection.onClose(() => {
    for (const end of ends) end?.destroy();
  });
}
