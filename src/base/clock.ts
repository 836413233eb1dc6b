// Time as a thing that is given: the roots pass the real clock, tests pass one they turn by hand.
import type { Disposable } from "./disposables.ts";
import { abortError, onAbort, type Signal } from "./signal.ts";

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some start, for how long something takes: setting the machine's time does not move it. */
  elapsed(): number;
  /** Calls `run` once after `delayMs`, unless disposed before. */
  after(delayMs: number, run: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Waits `delayMs`; rejects with an AbortError when `signal` fires first. */
export function sleep(clock: Clock, delayMs: number, signal: Signal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(delayMs, () => {
      listener.dispose();
      resolve();
    });
    const listener = onAbort(signal, () => {
      timer.dispose();
      reject(abortError());
    });
  });
}
