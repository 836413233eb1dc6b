// Notices that a stream has gone silent: without a byte for too long it is dead, whatever TCP says.
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";

export interface StallGuard extends Disposable {
  heard(): void;
  /** From now on so long without a byte is too long. */
  setLimit(ms: number): void;
}

/** Calls `stop` after `limitMs` without a byte. */
export function stallGuard(clock: Clock, limitMs: number, stop: () => void): StallGuard {
  let last = clock.elapsed();
  let limit = limitMs;
  let timer = clock.after(limit, check);
  function check(): void {
    const quiet = clock.elapsed() - last;
    if (quiet >= limit) stop();
    else timer = clock.after(limit - quiet, check);
  }
  return {
    heard: () => {
      last = clock.elapsed();
    },
    setLimit: (ms) => {
      limit = ms;
      timer.dispose();
      timer = clock.after(limit, check);
    },
    dispose: () => timer.dispose(),
  };
}
