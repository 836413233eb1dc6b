// One line on the terminal that says how far a long run is; it is gone at the end.
import type { World } from "./world.ts";

/** A run that is over sooner needs no line. */
const QUIET_MS = 400;
const EVERY_MS = 100;

export class Progress {
  readonly #world: Pick<World, "terminal" | "error">;
  readonly #say: (done: number) => string;
  #next: number;
  #done = 0;
  #shown = false;

  /** @param say the line for so many done. */
  constructor(world: Pick<World, "terminal" | "error">, say: (done: number) => string) {
    this.#world = world;
    this.#say = say;
    this.#next = performance.now() + QUIET_MS;
  }

  step(): void {
    this.#done++;
    if (!this.#world.terminal) return;
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + EVERY_MS;
    this.#shown = true;
    this.#world.error(`\r\u001b[2K${this.#say(this.#done)}`);
  }

  end(): void {
    if (this.#shown) this.#world.error("\r\u001b[2K");
  }
}
