// Long work in short slices: lets other extensions run in between.
import { setImmediate } from "node:timers/promises";

/** Longest slice of work without giving way. */
const SLICE_MS = 8;

export class Pace {
  #sliceStart = performance.now();

  /** True when it is time to give way; then `await rest()`. Cheap enough to ask after each object. */
  get isDue(): boolean {
    return performance.now() - this.#sliceStart > SLICE_MS;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.#sliceStart = performance.now();
  }
}
