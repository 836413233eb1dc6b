// Copies files between this machine and containers of one cluster.
import type { Signal } from "../../../base/signal.ts";
import { isTaken, receive, type Received } from "./receive.ts";
import { type Destination, look, send, type Sending } from "./send.ts";
import type { Container, CopySums, Execute, OnCopied } from "./transfer.ts";

export class PodCopier {
  readonly #execute: Execute;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  /** True when something stands at a path of this machine. */
  isTaken(path: string): Promise<boolean> {
    return isTaken(path);
  }

  /** @throws Trouble; nothing is left behind then. */
  receive(
    container: Container,
    wish: { path: string; folder: string },
    onCopied: OnCopied,
    signal: Signal,
  ): Promise<Received> {
    return receive(this.#execute, container, wish, onCopied, signal);
  }

  /** @throws Trouble when nothing can be copied there. */
  look(container: Container, place: { folder: string; name: string }, signal: Signal): Promise<Destination> {
    return look(this.#execute, container, place, signal);
  }

  /** @throws Trouble; nothing is left behind then, as far as the container can be reached. */
  send(container: Container, wish: Sending, onCopied: OnCopied, signal: Signal): Promise<CopySums> {
    return send(this.#execute, container, wish, onCopied, signal);
  }
}
