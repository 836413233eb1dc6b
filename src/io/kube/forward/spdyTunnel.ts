// Port-forward over SPDY in one WebSocket: each connection is a stream of data and one of errors.
import type { Socket } from "node:net";
import { SpdySession, type SpdyStream } from "../../../core/kube/spdy/session.ts";
import { Carriage } from "./carriage.ts";
import { Flow } from "./flow.ts";
import type { CarryEnd, Meter, Replay, Tunnel } from "./tunnel.ts";
import type { WebSocketClient } from "./webSocket.ts";

/** More connections than this share a tunnel only where there is no other. */
const MOST_AT_ONCE = 64;

export class SpdyTunnel implements Tunnel {
  onClosed: ((why: string | undefined) => void) | undefined;
  readonly #socket: WebSocketClient;
  readonly #port: string;
  readonly #flow: Flow;
  readonly #session: SpdySession;
  #requests = 0;
  #load = 0;
  #isDisposed = false;
  #failure: string | undefined;

  constructor(socket: WebSocketClient, port: number) {
    this.#socket = socket;
    this.#port = String(port);
    this.#flow = new Flow(socket);
    this.#session = new SpdySession("client", (parts) => socket.send(...parts), {
      // Only the client opens streams.
      stream: (stream) => stream.reset(),
      closed: (failure) => {
        this.#failure = failure;
        socket.close();
      },
    });
    socket.listen({
      message: (bytes) => this.#session.receive(bytes),
      drained: () => this.#flow.drained(),
      closed: (why) => {
        this.#session.lost();
        if (!this.#isDisposed) this.onClosed?.(this.#failure ?? why);
      },
    });
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  get load(): number {
    return this.#load;
  }

  get isBusy(): boolean {
    return this.#flow.isBlocked || this.#load >= MOST_AT_ONCE;
  }

  async carry(local: Socket, replay: Replay | undefined, meter: Meter): Promise<CarryEnd> {
    this.#load++;
    try {
      const carriage = new Carriage(local, this.#flow, meter);
      const requestid = String(this.#requests++);
      const port = this.#port;
      const errors = this.#session.open(
        { streamtype: "error", port, requestid },
        {
          data: (bytes) => carriage.error(Buffer.from(bytes).toString("utf8")),
          ended: () => carriage.errorsEnded(),
          reset: () => carriage.errorsEnded(),
        },
        true,
      );
      const stream: SpdyStream = this.#session.open(
        { streamtype: "data", port, requestid },
        {
          data: (bytes) => carriage.data(bytes),
          ended: () => carriage.ended(),
          // The error stream may know why; it is read first when it came first.
          reset: () => carriage.cut(),
        },
      );
      carriage.start(
        {
          write: (bytes) => stream.write(bytes),
          end: () => stream.end(),
          reset: () => stream.reset(),
        },
        replay,
      );
      const end = await carriage.done;
      errors.reset();
      return end;
    } finally {
      this.#load--;
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#session.close();
  }
}
