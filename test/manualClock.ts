// A clock that stands still until a test turns it.
import type { Clock } from "../src/base/clock.ts";

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(ms: number): void;
  /** Milliseconds until each thing that waits. */
  waiting(): number[];
}

export function manualClock(start = 0): ManualClock {
  let time = start;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    elapsed: () => time,
    after(delayMs, run) {
      const timer = { at: time + delayMs, run };
      timers.push(timer);
      return {
        dispose() {
          timers = timers.filter((one) => one !== timer);
        },
      };
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        time = Math.max(time, next.at);
        next.run();
      }
      time = end;
    },
    waiting: () => timers.map((one) => one.at - time),
  };
}
