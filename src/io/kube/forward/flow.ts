// Back-pressure both ways between local sockets and the one WebSocket that carries them.
import type { Socket } from "node:net";
import type { WebSocketClient } from "./webSocket.ts";

/** Local sockets are held back while the WebSocket has this much to send. */
const SEND_BYTES = 1024 * 1024;
/**
 * A local reader may be this far behind before the WebSocket, and with it every connection in it, waits: the
 * protocol can't hold back a single one.
 */
const BEHIND_BYTES = 4 * 1024 * 1024;

export class Flow {
  readonly #socket: WebSocketClient;
  readonly #held = new Set<Socket>();
  readonly #behind = new Set<Socket>();
  /** Have been given something in this turn of the event loop. */
  readonly #given = new Set<Socket>();

  constructor(socket: WebSocketClient) {
    this.#socket = socket;
  }

  /** A reader is so far behind that the others wait for it. */
  get isBlocked(): boolean {
    return this.#behind.size > 0;
  }

  /** Something of `local` was sent. */
  sent(local: Socket): void {
    if (this.#socket.waiting <= SEND_BYTES || this.#held.has(local)) return;
    this.#held.add(local);
    local.pause();
  }

  /** The WebSocket has taken everything. */
  drained(): void {
    for (const local of this.#held) local.resume();
    this.#held.clear();
  }

  /** Gives bytes to a local socket. */
  give(local: Socket, bytes: Uint8Array): void {
    if (local.destroyed || local.writableEnded) return;
    this.#gather(local);
    if (local.write(bytes) || local.writableLength < BEHIND_BYTES || this.#behind.has(local)) return;
    this.#behind.add(local);
    this.#socket.pause();
    const caughtUp = () => {
      local.off("drain", caughtUp);
      local.off("close", caughtUp);
      this.#behind.delete(local);
      if (this.#behind.size === 0) this.#socket.resume();
    };
    local.on("drain", caughtUp);
    local.on("close", caughtUp);
  }

  /**
   * What one turn brings for a socket leaves in one write: TLS hands it on in records of 16 KiB, and a write of its own
   * for each made a gibibyte take a fifth longer.
   */
  #gather(local: Socket): void {
    if (this.#given.size === 0)
      setImmediate(() => {
        for (const socket of this.#given) socket.uncork();
        this.#given.clear();
      });
    if (this.#given.has(local)) return;
    this.#given.add(local);
    local.cork();
  }
}
