// A way into one pod: carries local connections to its ports over WebSockets to the API server.
import type { Socket } from "node:net";
import type { Disposable } from "../../../base/disposables.ts";

/** A port of a pod. */
export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

/** How a connection ended. */
export type CarryEnd =
  | { how: "done" }
  /** The tunnel or the pod went away in the middle; the local side was reset. */
  | { how: "cut" }
  /** The pod was not reached: nothing came back, and what the local side sent so far can be sent again. */
  | { how: "unreached"; why: string; sent: Replay };

/** What a local connection has sent before anything came back. */
export interface Replay {
  chunks: Uint8Array[];
  ended: boolean;
}

/** How many bytes went where. */
export interface Meter {
  sent(bytes: number): void;
  received(bytes: number): void;
}

export interface Tunnel extends Disposable {
  readonly isOpen: boolean;
  /** Connections it carries now. */
  readonly load: number;
  /** True while it can take no further connection without making it wait. */
  readonly isBusy: boolean;
  /** Called once when it is over, unless disposed; with the server's word for it. */
  onClosed: ((why: string | undefined) => void) | undefined;
  /** Carries a connection to its end. `replay` is sent first. Never rejects. */
  carry(local: Socket, replay: Replay | undefined, meter: Meter): Promise<CarryEnd>;
}
