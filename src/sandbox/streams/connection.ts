// A connection that carries bytes: a plain socket after an upgrade, or the binary messages of a WebSocket.

export interface Connection {
  /** What arrives; a view, to be copied by who keeps it. */
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  write(bytes: Uint8Array): void;
  /** Bytes that are still to be sent. */
  readonly waiting: number;
  /** Called each time when little is waiting again. */
  onDrain(listener: () => void): void;
  /** Reads no more until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}
