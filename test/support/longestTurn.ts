// How long the event loop of this thread was held up: by its own work, which is not what others on the machine take.
import { cpuMs } from "./cpuTime.ts";

export interface LongestTurn {
  /** The longest that one turn of the loop has worked so far, in milliseconds of the processor. */
  readonly ms: number;
  stop(): void;
}

/** Looks at each turn from now on. */
export function longestTurn(): LongestTurn {
  let beforeMs = cpuMs();
  let mostMs = 0;
  let isOver = false;
  const look = () => {
    const nowMs = cpuMs();
    mostMs = Math.max(mostMs, nowMs - beforeMs);
    beforeMs = nowMs;
    if (!isOver) setTimeout(look, 1);
  };
  setTimeout(look, 1);
  return {
    get ms() {
      return mostMs;
    },
    stop() {
      isOver = true;
    },
  };
}
