// A SPDY session: many streams over one connection, each with its own half-close. Used by both ends.
// No flow control per stream: the other end of a port-forward (moby/spdystream) has none either, so the
// connection as a whole is held back when a reader is slow.
import { FrameReader, FrameWriter } from "./frames.ts";
import type { Headers } from "./headers.ts";

export interface StreamListener {
  /** A view of what arrived: copy it to keep it. */
  data(bytes: Uint8Array): void;
  /** The other side sends no more. */
  ended(): void;
  /** The stream is over at once; also when the whole session is. */
  reset(): void;
}

export const resetStatus = { protocolError: 1, invalidStream: 2, refusedStream: 3, cancel: 5 };

/** More than this in one frame would hold up the others. */
const largestData = 64 * 1024;

export class SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  listener: StreamListener | undefined;
  readonly #session: SpdySession;
  #sentEnd = false;
  #gotEnd = false;
  #over = false;

  constructor(session: SpdySession, id: number, headers: Headers) {
    this.#session = session;
    this.id = id;
    this.headers = headers;
  }

  get over(): boolean {
    return this.#over;
  }

  write(bytes: Uint8Array): void {
    if (this.#sentEnd || this.#over) return;
    for (let at = 0; at < bytes.length; at += largestData) {
      this.#session.sendData(this.id, bytes.subarray(at, at + largestData), false);
    }
  }

  /** Sends no more; what comes from the other side still arrives. */
  end(): void {
    if (this.#sentEnd || this.#over) return;
    this.#sentEnd = true;
    this.#session.sendData(this.id, new Uint8Array(0), true);
    this.#finish();
  }

  /** Gives the stream up in both directions. */
  reset(status = resetStatus.cancel): void {
    if (this.#over) return;
    this.#session.sendReset(this.id, status);
    this.stop();
  }

  /** For the session: bytes have come. */
  receive(bytes: Uint8Array, end: boolean): void {
    if (this.#over || this.#gotEnd) return;
    if (bytes.length > 0) this.listener?.data(bytes);
    if (!end) return;
    this.#gotEnd = true;
    this.listener?.ended();
    this.#finish();
  }

  /** For the session: it is over, whoever wanted that. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#session.forget(this.id);
    this.listener?.reset();
  }

  #finish(): void {
    if (!this.#sentEnd || !this.#gotEnd || this.#over) return;
    this.#over = true;
    this.#session.forget(this.id);
  }
}

export interface SessionListener {
  /** The other side has opened a stream; give it a listener now, or reset it. */
  stream(stream: SpdyStream): void;
  /** No more is to be read: the other side has said good-bye, or made no sense (then `failure` says how). */
  closed(failure: string | undefined): void;
}

export class SpdySession {
  readonly #send: (parts: Uint8Array[]) => void;
  readonly #listener: SessionListener;
  readonly #reader = new FrameReader();
  readonly #writer = new FrameWriter();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #client: boolean;
  #nextStream: number;
  #lastSeen = 0;
  #over = false;

  /** @param send puts the parts of a frame on the connection, in the order of the calls. */
  constructor(role: "client" | "server", send: (parts: Uint8Array[]) => void, listener: SessionListener) {
    this.#send = send;
    this.#listener = listener;
    this.#client = role === "client";
    this.#nextStream = this.#client ? 1 : 2;
  }

  get streams(): number {
    return this.#streams.size;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Opens a stream; `end` for one that this side never writes to. */
  open(headers: Headers, listener: StreamListener, end = false): SpdyStream {
    const stream = new SpdyStream(this, this.#nextStream, headers);
    stream.listener = listener;
    this.#nextStream += 2;
    if (this.#over) {
      stream.stop();
      return stream;
    }
    this.#streams.set(stream.id, stream);
    this.#send([this.#writer.open(stream.id, headers, false)]);
    // Half-closed by an empty frame and not in the opening one: that is what kubelets are used to.
    if (end) stream.end();
    return stream;
  }

  /** Bytes have come from the connection. */
  receive(chunk: Uint8Array): void {
    if (this.#over) return;
    const frames = this.#reader.push(chunk);
    if ("failure" in frames) {
      this.#end(frames.failure);
      return;
    }
    for (const frame of frames) {
      switch (frame.type) {
        case "data":
          this.#streams.get(frame.stream)?.receive(frame.payload, frame.end);
          break;
        case "open":
          this.#opened(frame.stream, frame.headers, frame.end);
          break;
        case "reply":
          if (frame.end) this.#streams.get(frame.stream)?.receive(new Uint8Array(0), true);
          break;
        case "reset":
          this.#streams.get(frame.stream)?.stop();
          break;
        case "ping":
          // One of ours that comes back needs no answer; ours are odd when we are the client.
          if ((frame.id % 2 === 1) !== this.#client) this.#send([this.#writer.ping(frame.id)]);
          break;
        case "goaway":
          // What is open may still end in peace; the connection closes it otherwise.
          break;
        case "other":
          break;
      }
    }
  }

  /** Says good-bye and ends every stream. */
  close(): void {
    if (this.#over) return;
    this.#send([this.#writer.goAway(this.#lastSeen, 0)]);
    this.#end(undefined);
  }

  /** The connection is gone. */
  lost(): void {
    this.#end(undefined);
  }

  ping(id: number): void {
    if (!this.#over) this.#send([this.#writer.ping(id)]);
  }

  sendData(stream: number, bytes: Uint8Array, end: boolean): void {
    if (this.#over) return;
    const header = this.#writer.dataHeader(stream, bytes.length, end);
    this.#send(bytes.length > 0 ? [header, bytes] : [header]);
  }

  sendReset(stream: number, status: number): void {
    if (!this.#over) this.#send([this.#writer.reset(stream, status)]);
  }

  forget(stream: number): void {
    this.#streams.delete(stream);
  }

  #opened(id: number, headers: Headers, end: boolean): void {
    if (this.#streams.has(id) || id <= this.#lastSeen) {
      this.sendReset(id, resetStatus.protocolError);
      return;
    }
    this.#lastSeen = id;
    const stream = new SpdyStream(this, id, headers);
    this.#streams.set(id, stream);
    this.#send([this.#writer.reply(id, {})]);
    this.#listener.stream(stream);
    if (end) stream.receive(new Uint8Array(0), true);
  }

  #end(failure: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    for (const stream of Array.from(this.#streams.values())) stream.stop();
    this.#listener.closed(failure);
  }
}
