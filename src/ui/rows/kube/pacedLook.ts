// Looks at a tree again when something has changed: the first time at once, then not more often than an eye follows,
// at all that changed meanwhile in one. A look at much is taken in slices.
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { inSlices } from "../../../base/slices.ts";

/** A little over a quarter of a second: there are never five in one second. */
const INTERVAL_MS = 260;

export interface Wish {
  /** Ids of rows; undefined for all that are shown. */
  touched: ReadonlySet<string> | undefined;
  /** Also at what stands under rows. */
  withChildren: boolean;
}

export class PacedLook implements Disposable {
  readonly #clock: Clock;
  readonly #look: (wish: Wish) => Iterator<void>;
  #waiting: Wish | undefined;
  #timer: Disposable | undefined;
  #running: Disposable | undefined;
  #isLooking = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param look yields wherever others may come in between. */
  constructor(clock: Clock, look: (wish: Wish) => Iterator<void>) {
    this.#clock = clock;
    this.#look = look;
  }

  again(touched?: ReadonlySet<string>, withChildren = true): void {
    this.#waiting = both(this.#waiting, { touched, withChildren });
    if (!this.#timer && !this.#isLooking) this.#soon();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#running?.dispose();
  }

  #soon(): void {
    const waitMs = this.#lastMs + INTERVAL_MS - this.#clock.elapsed();
    if (waitMs <= 0) this.#now();
    else this.#timer = this.#clock.after(waitMs, () => this.#now());
  }

  #now(): void {
    const wish = this.#waiting;
    this.#timer = undefined;
    this.#waiting = undefined;
    if (!wish) return;
    this.#isLooking = true;
    this.#running = inSlices(this.#clock, this.#look(wish), () => {
      this.#isLooking = false;
      // What is to be drawn is known only now.
      this.#lastMs = this.#clock.elapsed();
      if (this.#waiting) this.#soon();
    });
  }
}

function both(one: Wish | undefined, other: Wish): Wish {
  if (!one) return other;
  const touched = one.touched && other.touched ? new Set([...one.touched, ...other.touched]) : undefined;
  return { touched, withChildren: one.withChildren || other.withChildren };
}
