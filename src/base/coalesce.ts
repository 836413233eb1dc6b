// Many triggers, few runs: the first trigger runs after `delayMs`, later ones within it are folded in.
import type { Clock } from "./clock.ts";
import type { Disposable } from "./disposables.ts";

export interface Coalesced extends Disposable {
  trigger(): void;
  /** Runs now what is waiting. */
  flush(): void;
}

export function coalesce(clock: Clock, delayMs: number, run: () => void): Coalesced {
  let timer: Disposable | undefined;
  const fire = () => {
    timer = undefined;
    run();
  };
  return {
    trigger() {
      timer ??= clock.after(delayMs, fire);
    },
    flush() {
      if (!timer) return;
      timer.dispose();
      fire();
    },
    dispose() {
      timer?.dispose();
      timer = undefined;
    },
  };
}
