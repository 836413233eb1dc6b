// One look-out per cluster: while it can't be reached, one small probe tells all waiting watches when it is back, and a
// circuit breaker keeps them from asking.
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";
import { onAbort, type Signal } from "../../base/signal.ts";
import { backoffMs } from "./backoff.ts";

/** Between probes at most: an API server that is ready again is noticed within this. */
const LONGEST_MS = 4_000;
/** A cluster that has been away for so many probes (some two minutes) is asked less often. */
const PATIENCE = 40;
const SLOW_MS = 30_000;
const EACH_MS = 50;
/** Failures in a row, of whichever watches, after which none asks that has failed already. */
const OPEN_AFTER = 5;
/** One of them does now and then all the same: it may be the probe that is wrong. */
const TRIAL_MS = 10_000;
/** A probe that was wrong so often is no longer believed; only a watch's own success is then. */
const MOST_FOOLED = 3;
const LONGEST_TURN_MS = 5_000;

export class Reachability {
  readonly #probe: (signal: Signal) => Promise<void>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #waiting = new Set<() => void>();
  readonly #ended = new AbortController();
  #timer: Disposable | undefined;
  #attempt = 0;
  #turnMs = Number.NEGATIVE_INFINITY;
  #probing = false;
  /** What the last probe found. */
  #isIll = false;
  #failures = 0;
  #cause: unknown;
  /** How often the probe said that all is well, and what was asked next failed. */
  #fooled = 0;
  /** Since the last time that the circuit was closed by the probe nothing was asked that worked. */
  #hasProbed = false;
  #trialMs = 0;

  /** @param probe one cheap call that fails while the cluster is away. */
  constructor(probe: (signal: Signal) => Promise<void>, clock: Clock, random: () => number) {
    this.#probe = probe;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Resolves when the cluster answers again, when `signal` fires, or else after `delayMs`; where the probe says by
   * then that the cluster is ill, after three times as long: one that asks is enough.
   */
  back(delayMs: number, signal: Signal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.dispose();
        listener.dispose();
        this.#waiting.delete(done);
        if (this.#waiting.size === 0) this.#rest();
        resolve();
      };
      let timer = this.#clock.after(delayMs, () => {
        if (!this.#isIll) done();
        else timer = this.#clock.after(2 * delayMs, done);
      });
      this.#waiting.add(done);
      const listener = onAbort(signal, () => queueMicrotask(done));
      this.#schedule();
    });
  }

  /** Why nobody asks now who failed before; undefined while the cluster seems well. */
  get cause(): unknown {
    return this.#failures >= OPEN_AFTER ? this.#cause : undefined;
  }

  /** The cluster could not be asked, or failed. */
  failed(cause: unknown): void {
    this.#cause = cause;
    this.#failures += 1;
    if (this.#failures !== OPEN_AFTER) return;
    this.#trialMs = this.#clock.elapsed() + TRIAL_MS;
    if (this.#hasProbed) this.#fooled += 1;
    this.#hasProbed = false;
  }

  /** The cluster answered. */
  worked(): void {
    const wasOpen = this.#failures >= OPEN_AFTER;
    this.#failures = 0;
    this.#fooled = 0;
    this.#hasProbed = false;
    if (wasOpen) this.#wake();
  }

  /** For who failed before: resolves at once, or, after failures of many, when it is worth asking again. */
  async pass(signal: Signal): Promise<void> {
    while (this.#failures >= OPEN_AFTER && !signal.aborted && !this.#ended.signal.aborted) {
      const now = this.#clock.elapsed();
      if (now >= this.#trialMs) {
        this.#trialMs = now + TRIAL_MS;
        return;
      }
      await this.back(this.#trialMs - now + this.#random() * TRIAL_MS, signal);
    }
  }

  /**
   * How much longer to wait, so that watches which broke together, as after a sleep of this machine, do not all come
   * back together: the first few at once, a hundred over five seconds.
   */
  turnMs(): number {
    const now = this.#clock.elapsed();
    const at = Math.max(now, this.#turnMs);
    this.#turnMs = Math.min(at + EACH_MS, now + LONGEST_TURN_MS);
    return at - now;
  }

  dispose(): void {
    this.#ended.abort();
    for (const done of Array.from(this.#waiting)) done();
    this.#rest();
  }

  #rest(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#attempt = 0;
    this.#isIll = false;
  }

  /** All that wait, one after the other. */
  #wake(): void {
    for (const done of Array.from(this.#waiting))
      this.#clock.after(Math.max(this.turnMs(), this.#random() * 300), done);
  }

  #schedule(): void {
    if (this.#timer || this.#probing || this.#ended.signal.aborted) return;
    const longest = this.#attempt > PATIENCE ? SLOW_MS : LONGEST_MS;
    this.#timer = this.#clock.after(backoffMs(this.#attempt, this.#random, longest), () => {
      this.#timer = undefined;
      void this.#try();
    });
  }

  async #try(): Promise<void> {
    this.#attempt++;
    this.#probing = true;
    try {
      await this.#probe(this.#ended.signal);
      this.#isIll = false;
      if (this.#failures < OPEN_AFTER || this.#fooled < MOST_FOOLED) {
        // Half open: the next failure opens it again.
        if (this.#failures >= OPEN_AFTER) {
          this.#failures = OPEN_AFTER - 1;
          this.#hasProbed = true;
        }
        this.#attempt = 0;
        this.#wake();
      }
    } catch {
      this.#isIll = true;
    }
    this.#probing = false;
    if (this.#waiting.size > 0) this.#schedule();
  }
}
