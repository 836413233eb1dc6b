// The server's end of a WebSocket, on a socket that Node has handed over.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { closePayload, messageHeader, MessageReader, opcodes } from "../../core/kube/websocket.ts";
import { badRequest } from "../api/failure.ts";
import type { Connection } from "./connection.ts";

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class WebSocket implements Connection {
  readonly protocol: string;
  readonly #socket: Duplex;
  readonly #reader = new MessageReader(true);
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: () => void = () => {};
  #closing = false;
  #closed = false;

  constructor(socket: Duplex, protocol: string, head: Buffer) {
    this.#socket = socket;
    this.protocol = protocol;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("close", () => this.#gone());
    if (head.length > 0) socket.unshift(head);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  onDrain(listener: () => void): void {
    this.#socket.on("drain", listener);
  }

  get waiting(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    this.#send(opcodes.binary, bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(code = 1000, reason = ""): void {
    if (this.#closing) return;
    this.#send(opcodes.close, closePayload(code, reason));
    this.#closing = true;
    this.#socket.end();
  }

  #send(opcode: number, bytes: Uint8Array): void {
    if (this.#closing || this.#closed) return;
    this.#socket.cork();
    this.#socket.write(messageHeader(opcode, bytes.length));
    if (bytes.length > 0) this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #receive(chunk: Buffer): void {
    const messages = this.#reader.push(chunk);
    if ("failure" in messages) {
      this.close(messages.closeCode, messages.failure);
      this.#socket.destroy();
      return;
    }
    for (const { opcode, payload } of messages) {
      switch (opcode) {
        case opcodes.ping:
          this.#send(opcodes.pong, payload);
          break;
        case opcodes.pong:
          break;
        case opcodes.close:
          this.close();
          break;
        default:
          this.#onData(payload);
      }
    }
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
  }
}

/** The subprotocol for a request: the first of ours that was offered. */
export function chooseProtocol(request: IncomingMessage, supported: readonly string[]): string | undefined {
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  return supported.find((one) => offered.includes(one));
}

/** Answers the handshake. @throws ApiFailure 400 for a request that is no WebSocket handshake. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
): WebSocket {
  const key = request.headers["sec-websocket-key"];
  if (typeof key !== "string" || request.headers["sec-websocket-version"] !== "13") {
    throw badRequest("websocket: the handshake needs Sec-WebSocket-Key and Sec-WebSocket-Version: 13");
  }
  const accept = createHash("sha1")
    .update(key + magic)
    .digest("base64");
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return new WebSocket(socket, protocol, head);
}
