// A clock that starts in the past and catches up: the scene lives through its hours before anyone looks.
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposables.ts";

interface Timer {
  at: number;
  run: () => void;
  real?: Disposable;
}

export class WarpClock implements Clock {
  readonly #real: Clock;
  readonly #timers = new Set<Timer>();
  /** undefined once the present is reached. */
  #time: number | undefined;

  constructor(real: Clock, backMs: number) {
    this.#real = real;
    this.#time = real.now() - backMs;
  }

  now(): number {
    return this.#time ?? this.#real.now();
  }

  elapsed(): number {
    const behind = this.#time === undefined ? 0 : this.#real.now() - this.#time;
    return this.#real.elapsed() - behind;
  }

  after(delayMs: number, run: () => void): Disposable {
    const timer: Timer = { at: this.now() + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    if (this.#time === undefined) this.#arm(timer);
    return {
      dispose: () => {
        this.#timers.delete(timer);
        timer.real?.dispose();
      },
    };
  }

  /** Runs everything that falls due before the present, in order; from then on time is the real one. */
  catchUp(): void {
    const end = this.#real.now();
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (!next || timer.at < next.at) next = timer;
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.#time = Math.max(this.#time ?? 0, next.at);
      next.run();
    }
    this.#time = undefined;
    for (const timer of this.#timers) this.#arm(timer);
  }

  /** No timer runs after this. */
  dispose(): void {
    for (const timer of this.#timers) timer.real?.dispose();
    this.#timers.clear();
  }

  #arm(timer: Timer): void {
    timer.real = this.#real.after(Math.max(0, timer.at - this.#real.now()), () => {
      this.#timers.delete(timer);
      timer.run();
    });
  }
}
