// Port-forward as servers before Kubernetes 1.31 have it: one WebSocket carries one connection, in two channels.
import type { Socket } from "node:net";
import { Carriage } from "./carriage.ts";
import { Flow } from "./flow.ts";
import type { CarryEnd, Meter, Replay, Tunnel } from "./tunnel.ts";
import type { WebSocketClient } from "./webSocket.ts";

const DATA = 0;
const ERRORS = 1;
/** Each channel begins with the port, in two bytes. */
const PORT_BYTES = 2;

export class ChannelTunnel implements Tunnel {
  onClosed: ((why: string | undefined) => void) | undefined;
  readonly #socket: WebSocketClient;
  readonly #flow: Flow;
  readonly #skip = [PORT_BYTES, PORT_BYTES];
  readonly #early: Uint8Array[] = [];
  #carriage: Carriage | undefined;
  #isUsed = false;
  #isCarrying = false;
  #isDisposed = false;

  constructor(socket: WebSocketClient) {
    this.#socket = socket;
    this.#flow = new Flow(socket);
    socket.listen({
      message: (bytes) => this.#receive(bytes),
      drained: () => this.#flow.drained(),
      closed: (why, inPeace) => {
        // A server that dies must not make half an answer look like a whole one.
        if (inPeace) this.#carriage?.ended();
        this.#carriage?.cut();
        // The end of a connection is the end of its WebSocket, and says nothing about the pod.
        if (!this.#isDisposed && !this.#isUsed) this.onClosed?.(why);
      },
    });
  }

  get isOpen(): boolean {
    return this.#socket.isOpen && !this.#isUsed;
  }

  get load(): number {
    return this.#isCarrying ? 1 : 0;
  }

  get isBusy(): boolean {
    return this.#isUsed;
  }

  async carry(local: Socket, replay: Replay | undefined, meter: Meter): Promise<CarryEnd> {
    this.#isUsed = true;
    this.#isCarrying = true;
    const carriage = new Carriage(local, this.#flow, meter);
    this.#carriage = carriage;
    carriage.start(
      {
        write: (bytes) => {
          const message = new Uint8Array(1 + bytes.length);
          message[0] = DATA;
          message.set(bytes, 1);
          this.#socket.send(message);
        },
        // This way of forwarding can't say that the local side is done: the pod goes on until it is.
        end() {},
        reset: () => this.#socket.close(),
      },
      replay,
    );
    for (const bytes of this.#early.splice(0)) this.#receive(bytes);
    const end = await carriage.done;
    this.#isCarrying = false;
    this.#socket.close();
    return end;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#socket.close();
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#carriage) {
      this.#early.push(bytes);
      return;
    }
    const [channel = 255] = bytes;
    if (channel !== DATA && channel !== ERRORS) return;
    const skipped = Math.min(this.#skip[channel] ?? 0, bytes.length - 1);
    this.#skip[channel] = (this.#skip[channel] ?? 0) - skipped;
    const payload = bytes.subarray(1 + skipped);
    if (payload.length === 0) return;
    if (channel === DATA) this.#carriage.data(payload);
    else {
      this.#carriage.error(Buffer.from(payload).toString("utf8"));
      this.#carriage.errorsEnded();
    }
  }
}
