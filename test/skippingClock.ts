// The clock of this machine, of which a test can skip time that nothing happens in.
import type { Clock } from "../src/base/clock.ts";

export interface SkippingClock extends Clock {
  /** Runs what falls due within `ms`, in order, and lets what it began go on in between. */
  skip(ms: number): Promise<void>;
}

/** So much is skipped at once: what one thing began may want to wait itself. */
const STEP_MS = 250;

export function skippingClock(): SkippingClock {
  let skippedMs = 0;
  const timers = new Set<{ at: number; run: () => void; timer: NodeJS.Timeout | undefined }>();
  const elapsed = () => performance.now() + skippedMs;
  return {
    now: () => Date.now() + skippedMs,
    elapsed,
    after(delayMs, run) {
      const one = { at: elapsed() + delayMs, run: () => {}, timer: undefined as NodeJS.Timeout | undefined };
      one.run = () => {
        timers.delete(one);
        clearTimeout(one.timer);
        run();
      };
      one.timer = setTimeout(one.run, delayMs);
      timers.add(one);
      return {
        dispose() {
          timers.delete(one);
          clearTimeout(one.timer);
        },
      };
    },
    async skip(ms) {
      for (let left = ms; left > 0; left -= STEP_MS) {
        skippedMs += Math.min(left, STEP_MS);
        const due = Array.from(timers)
          .filter(({ at }) => at <= elapsed())
          .sort((one, other) => one.at - other.at);
        for (const one of due) if (timers.has(one)) one.run();
        // What waits for the network gets its turns.
        for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      }
    },
  };
}
