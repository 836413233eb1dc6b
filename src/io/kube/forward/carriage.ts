// One local connection on its way through a tunnel: what both kinds of tunnels do alike.
import type { Socket } from "node:net";
import { isUnreached } from "../../../core/kube/forwardFailure.ts";
import type { Flow } from "./flow.ts";
import { reset } from "./reset.ts";
import type { CarryEnd, Meter, Replay } from "./tunnel.ts";

/** As much of what the local side said first is kept, to say it again to another pod. */
const REPLAY_BYTES = 64 * 1024;

/** The pod's side of a connection. */
export interface Remote {
  /** The bytes are the remote's from now on. */
  write(bytes: Uint8Array): void;
  /** The local side sends no more. */
  end(): void;
  /** Gives the connection up. */
  reset(): void;
}

export class Carriage {
  readonly done: Promise<CarryEnd>;
  readonly #local: Socket;
  readonly #flow: Flow;
  readonly #meter: Meter;
  readonly #finish: (end: CarryEnd) => void;
  #remote: Remote | undefined;
  #replay: Replay | undefined = { chunks: [], ended: false };
  #replayBytes = 0;
  #remoteEnded = false;
  #hasReceived = false;
  #isErrorsEnded = false;
  #over = false;
  #error = "";

  constructor(local: Socket, flow: Flow, meter: Meter) {
    this.#local = local;
    this.#flow = flow;
    this.#meter = meter;
    let finish: (end: CarryEnd) => void = () => {};
    this.done = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
  }

  /** Begins to move bytes. */
  start(remote: Remote, replay: Replay | undefined): void {
    this.#remote = remote;
    const local = this.#local;
    for (const chunk of replay?.chunks ?? []) this.#send(chunk);
    if (replay?.ended) this.#sendEnd();
    local.on("data", this.#onData);
    local.on("end", this.#onEnd);
    local.on("close", this.#onClose);
    local.resume();
  }

  /** Bytes from the pod. */
  data(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#hasReceived = true;
    this.#replay = undefined;
    this.#meter.received(bytes.length);
    this.#flow.give(this.#local, bytes);
  }

  /** The pod sends no more. */
  ended(): void {
    if (this.#over || this.#remoteEnded) return;
    this.#remoteEnded = true;
    // Kubelets end the data before they say what went wrong: an end without a byte is believed only after that.
    if (this.#hasReceived || this.#isErrorsEnded) this.#local.end();
  }

  /** What the other side says went wrong, piece by piece. */
  error(text: string): void {
    this.#error += text;
  }

  /** Everything the other side had to say is said. */
  errorsEnded(): void {
    this.#isErrorsEnded = true;
    if (this.#over) return;
    if (this.#error === "") {
      if (this.#remoteEnded) this.#local.end();
      return;
    }
    if (this.#replay && isUnreached(this.#error)) {
      const sent = this.#replay;
      this.#detach();
      this.#remote?.reset();
      this.#finish({ how: "unreached", why: this.#error, sent });
      return;
    }
    this.cut();
  }

  /** The tunnel or the pod is gone: the local side must not wait. */
  cut(): void {
    if (this.#over) return;
    this.#detach();
    this.#remote?.reset();
    // What came whole stays whole.
    if (this.#remoteEnded && this.#error === "") {
      this.#local.end();
      this.#finish({ how: "done" });
      return;
    }
    reset(this.#local);
    this.#finish({ how: "cut" });
  }

  readonly #onData = (chunk: Buffer): void => this.#send(chunk);
  readonly #onEnd = (): void => this.#sendEnd();
  readonly #onClose = (): void => {
    if (this.#over) return;
    this.#detach();
    // Ended by both sides, or torn down by the local one: the pod must learn of the second.
    if (!this.#remoteEnded) this.#remote?.reset();
    this.#finish({ how: "done" });
  };

  #send(chunk: Uint8Array): void {
    this.#meter.sent(chunk.length);
    if (this.#replay) {
      this.#replayBytes += chunk.length;
      if (this.#replayBytes > REPLAY_BYTES) this.#replay = undefined;
      // A copy: sending masks the bytes.
      else this.#replay.chunks.push(Uint8Array.from(chunk));
    }
    this.#remote?.write(chunk);
    this.#flow.sent(this.#local);
  }

  #sendEnd(): void {
    if (this.#replay) this.#replay.ended = true;
    this.#remote?.end();
  }

  #detach(): void {
    this.#over = true;
    const local = this.#local;
    local.off("data", this.#onData);
    local.off("end", this.#onEnd);
    local.off("close", this.#onClose);
    local.pause();
  }
}
