// The client's end of a WebSocket to the API server. The platform's own refuses the name of the tunnel's
// protocol (it has a slash in it), and shows neither when to hold back nor how to hold back the other side.
import { createHash, randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import type { Signal } from "../../../base/signal.ts";
import {
  applyMask,
  closePayload,
  messageHeader,
  MessageReader,
  opcodes,
} from "../../../core/kube/websocket.ts";
import type { Transport, Upgraded } from "../transport.ts";

/** The other side is asked for a sign of life this often; kubectl's interval. */
const PING_MS = 10_000;
/** Without any byte for this long, while we read, it is gone; looked at with each ping, so known within 30 s. */
const SILENT_MS = 19_000;

/**
 * What is sent to one stream of bytes is gathered up to here, for at most a turn of the event loop: each message is a
 * record and a write for every server on the way. With 64 KiB half a gibibyte up took a tenth longer, with a mebibyte
 * a seventh.
 */
const GATHER_BYTES = 256 * 1024;

/** Random masks out of a larger piece: one was asked for with each frame, which took a tenth of the time of sending. */
class Masks {
  #pool = randomBytes(4096);
  #at = 0;

  next(): Uint8Array {
    if (this.#at === this.#pool.length) {
      this.#pool = randomBytes(4096);
      this.#at = 0;
    }
    this.#at += 4;
    return this.#pool.subarray(this.#at - 4, this.#at);
  }
}

export interface SocketListener {
  /** A message, or a piece of it where messages make up one stream; the bytes are the listener's. */
  message(bytes: Uint8Array): void;
  /** Everything that was written has been taken by the system. */
  drained(): void;
  /**
   * Once, however it ended. `why` is what the other side said, if it said something; `inPeace` when it said
   * good-bye, so that nothing of what it had to say is missing.
   */
  closed(why: string | undefined, inPeace: boolean): void;
}

export class WebSocketClient {
  /** Which of the offered protocols the server took. */
  readonly protocol: string;
  readonly #socket: Duplex;
  readonly #clock: Clock;
  readonly #reader: MessageReader;
  #listener: SocketListener | undefined;
  #early: Uint8Array[] = [];
  #heardMs: number;
  #timer: Disposable;
  #paused = false;
  #closed = false;
  #inPeace = false;
  readonly #masks = new Masks();
  /** Where messages make up one stream: what leaves with the next of them. */
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  readonly #isStream: boolean;
  #why: string | undefined;

  private constructor({ socket, head, headers }: Upgraded, clock: Clock) {
    this.protocol = headers["sec-websocket-protocol"] ?? "";
    // SPDY in a WebSocket is one stream of bytes.
    this.#isStream = this.protocol.startsWith("SPDY/");
    this.#reader = new MessageReader(false, this.#isStream);
    this.#socket = socket;
    this.#clock = clock;
    this.#heardMs = clock.elapsed();
    this.#timer = clock.after(PING_MS, () => this.#ping());
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("drain", () => this.#listener?.drained());
    socket.on("error", (error) => {
      this.#why ??= error.message;
    });
    socket.on("end", () => socket.destroy());
    socket.on("close", () => this.#end());
    if (head.length > 0) this.#receive(head);
  }

  /** @throws ApiFailure when the server refuses. */
  static async open(
    transport: Transport,
    clock: Clock,
    path: string,
    protocols: readonly string[],
    signal: Signal,
  ): Promise<WebSocketClient> {
    const key = randomBytes(16).toString("base64");
    const upgraded = await transport.upgrade(
      path,
      {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": key,
        "sec-websocket-version": "13",
        "sec-websocket-protocol": protocols.join(", "),
      },
      signal,
    );
    // RFC 6455, section 4.1: the proof that the server understood.
    const proof = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    const protocol = upgraded.headers["sec-websocket-protocol"] ?? "";
    if (upgraded.headers["sec-websocket-accept"] !== proof || !protocols.includes(protocol)) {
      upgraded.socket.destroy();
      throw new Error("What answered the WebSocket handshake is no Kubernetes API server");
    }
    return new WebSocketClient(upgraded, clock);
  }

  /** From now on news goes there; messages that waited go first. */
  listen(listener: SocketListener): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener.message(message);
    if (this.#closed) listener.closed(this.#why, this.#inPeace);
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  /** Bytes that were written and not yet taken. */
  get waiting(): number {
    return this.#socket.writableLength + this.#gatheredBytes;
  }

  /**
   * Sends these parts: as a message, or with what else this turn has for a stream. Each message is a write of its own
   * for every server on the way. The bytes are masked in place: they are the socket's from now on.
   */
  send(...parts: readonly Uint8Array[]): void {
    if (!this.#isStream) {
      this.#write(opcodes.binary, parts);
      return;
    }
    if (this.#gathered.length === 0) setImmediate(() => this.#sendGathered());
    for (const part of parts) {
      this.#gathered.push(part);
      this.#gatheredBytes += part.length;
    }
    if (this.#gatheredBytes >= GATHER_BYTES) this.#sendGathered();
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#heardMs = this.#clock.elapsed();
    this.#socket.resume();
  }

  /** Says good-bye and ends. */
  close(): void {
    if (this.#closed) return;
    this.#sendGathered();
    this.#write(opcodes.close, [closePayload(1000)]);
    this.#socket.end();
    this.#socket.resume();
    this.#end();
  }

  #sendGathered(): void {
    const parts = this.#gathered;
    if (parts.length === 0) return;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#write(opcodes.binary, parts);
  }

  #write(opcode: number, parts: readonly Uint8Array[]): void {
    if (this.#closed || this.#socket.writableEnded) return;
    const mask = this.#masks.next();
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    this.#socket.cork();
    this.#socket.write(messageHeader(opcode, length, mask));
    let before = 0;
    for (const part of parts) {
      applyMask(part, mask, before);
      before += part.length;
      if (part.length > 0) this.#socket.write(part);
    }
    this.#socket.uncork();
  }

  #receive(chunk: Buffer): void {
    this.#heardMs = this.#clock.elapsed();
    const messages = this.#reader.push(chunk);
    if ("failure" in messages) {
      this.#why ??= messages.failure;
      this.#socket.destroy();
      return;
    }
    for (const { opcode, payload } of messages) {
      if (opcode === opcodes.ping) this.#write(opcodes.pong, [Uint8Array.from(payload)]);
      else if (opcode === opcodes.close) {
        this.#inPeace = true;
        const said = Buffer.from(payload.subarray(2)).toString("utf8");
        if (said !== "") this.#why ??= said;
        this.#socket.end();
      } else if (opcode === opcodes.binary || opcode === opcodes.text) {
        if (this.#listener) this.#listener.message(payload);
        else this.#early.push(payload);
      }
    }
  }

  #ping(): void {
    if (this.#closed) return;
    if (!this.#paused && this.#clock.elapsed() - this.#heardMs > SILENT_MS) {
      this.#why ??= "the API server has gone silent";
      this.#socket.destroy();
      return;
    }
    this.#write(opcodes.ping, []);
    this.#timer = this.#clock.after(PING_MS, () => this.#ping());
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.dispose();
    this.#listener?.closed(this.#why, this.#inPeace);
  }
}
