// A WebSocket client for tests. The platform's own refuses the name of the tunnel (it has a slash in it).
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Duplex } from "node:stream";
import {
  applyMask,
  closePayload,
  messageHeader,
  MessageReader,
  opcodes,
} from "../../src/core/kube/websocket.ts";

export class TestSocket {
  readonly protocol: string;
  readonly #socket: Duplex;
  readonly #reader = new MessageReader(false);
  readonly #messages: Uint8Array[] = [];
  #wake: () => void = () => {};
  #code = 1006;
  #closed = false;
  #onData: ((bytes: Uint8Array) => void) | undefined;

  private constructor(socket: Duplex, protocol: string, head: Buffer) {
    this.#socket = socket;
    this.protocol = protocol;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
    if (head.length > 0) this.#receive(head);
  }

  /** Rejects when the handshake is refused. */
  static open(url: string, protocols: string[]): Promise<TestSocket> {
    return new Promise((resolve, reject) => {
      const asked = request(url, {
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-key": randomBytes(16).toString("base64"),
          "sec-websocket-version": "13",
          "sec-websocket-protocol": protocols.join(", "),
        },
      });
      asked.on("upgrade", (response, socket, head) =>
        resolve(new TestSocket(socket, response.headers["sec-websocket-protocol"] ?? "", head)),
      );
      asked.on("response", (response) => {
        response.resume();
        reject(new Error(`the handshake was refused with ${response.statusCode}`));
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  /** From now on messages go there; those that waited go first. */
  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
    for (const bytes of this.#messages.splice(0)) listener(bytes);
  }

  send(bytes: Uint8Array): void {
    this.#write(opcodes.binary, bytes);
  }

  /** Bytes that the other side has not taken. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#write(opcodes.close, closePayload(1000));
    this.#socket.end();
  }

  /** The next message; undefined when the connection has ended. */
  async message(): Promise<Uint8Array | undefined> {
    for (;;) {
      const next = this.#messages.shift();
      if (next || this.#closed) return next;
      await this.#news();
    }
  }

  /** The code that it was closed with; 1006 when it was cut. */
  async closed(): Promise<number> {
    while (!this.#closed) await this.#news();
    return this.#code;
  }

  #write(opcode: number, bytes: Uint8Array): void {
    const mask = randomBytes(4);
    const payload = Uint8Array.from(bytes);
    applyMask(payload, mask);
    this.#socket.write(messageHeader(opcode, bytes.length, mask));
    this.#socket.write(payload);
  }

  #receive(chunk: Buffer): void {
    const messages = this.#reader.push(chunk);
    if ("failure" in messages) throw new Error(messages.failure);
    for (const { opcode, payload } of messages) {
      if (opcode === opcodes.close) {
        this.#code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
        this.#socket.end();
      } else if (this.#onData) this.#onData(payload);
      else this.#messages.push(payload.slice());
    }
    this.#wake();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
