// Long work in slices, so that whoever shares the thread is never held up for long.
import type { Clock } from "./clock.ts";
import type { Disposable } from "./disposables.ts";

/** A third of the time that a window has to draw at 30 frames a second. */
const SLICE_MS = 10;

/**
 * Does `work` up to one `yield` after the other: the first ones at once, and a turn of the loop later what takes more
 * than a slice. Calls `done` at its end, also when that is an error; before it returns, where all fits in one slice.
 */
export function inSlices(clock: Clock, work: Iterator<void>, done: () => void): Disposable {
  let next: Disposable | undefined;
  const slice = () => {
    const endMs = clock.elapsed() + SLICE_MS;
    let isOver = false;
    try {
      do isOver = work.next().done === true;
      while (!isOver && clock.elapsed() < endMs);
    } catch (error) {
      done();
      throw error;
    }
    if (isOver) done();
    else next = clock.after(0, slice);
  };
  slice();
  return { dispose: () => next?.dispose() };
}
