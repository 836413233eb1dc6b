// What a tree without branches tells the window: which rows look otherwise, or that there are others.
import { Emitter, type Event } from "../../base/event.ts";

/**
 * Until the window asks for other rows it knows none, and a menu that is open loses its own: it is told once, and of
 * nothing else meanwhile.
 */
export class RowNews<Node> {
  readonly #changed = new Emitter<Node[] | undefined>();
  readonly changed: Event<Node[] | undefined> = this.#changed.event;
  #isDue = false;

  /** These look otherwise. */
  rows(nodes: Node[]): void {
    if (!this.#isDue && nodes.length > 0) this.#changed.fire(nodes);
  }

  /** There are other rows. */
  all(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#changed.fire(undefined);
  }

  /** The window asks for rows, or shows them anew. */
  asked(): void {
    this.#isDue = false;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
