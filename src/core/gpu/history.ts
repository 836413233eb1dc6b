// The last 15 minutes of one device, a place for each second: bounded, and NaN where nothing was read.
import type { Figures } from "./sample.ts";

export const historySeconds = 15 * 60;

/** What is kept over time, in the order in which it is sent. */
export const historyFigures = [
  "utilisation",
  "memoryUsedMiB",
  "powerWatts",
  "temperatureCelsius",
] as const satisfies readonly (keyof Figures)[];

const SET_BACK_SECONDS = 60;

export type HistoryFigure = (typeof historyFigures)[number];

export class History {
  readonly #rings = historyFigures.map(() => new Float32Array(historySeconds).fill(Number.NaN));
  #last = Number.NEGATIVE_INFINITY;

  /** The last second that was written, since the epoch. */
  get lastSecond(): number {
    return this.#last;
  }

  /**
   * A second that is a little before the last is not written; of two in one second the later stays. A clock
   * that was set back further begins anew.
   */
  write(second: number, figures: Figures): void {
    if (second < this.#last - SET_BACK_SECONDS) {
      for (const ring of this.#rings) ring.fill(Number.NaN);
      this.#last = Number.NEGATIVE_INFINITY;
    }
    if (second < this.#last) return;
    const blank = Math.min(historySeconds, second - this.#last - 1);
    for (const [at, ring] of this.#rings.entries()) {
      for (let gap = 1; gap <= blank; gap++) ring[(second - gap) % historySeconds] = Number.NaN;
      const name = historyFigures[at];
      ring[second % historySeconds] = (name && figures[name]) ?? Number.NaN;
    }
    this.#last = second;
  }

  /** The 900 seconds up to `endSecond`, the oldest first. */
  read(figure: HistoryFigure, endSecond: number): Float32Array<ArrayBuffer> {
    const ring = this.#rings[historyFigures.indexOf(figure)];
    const values = new Float32Array(historySeconds).fill(Number.NaN);
    const first = endSecond - historySeconds + 1;
    for (let second = Math.max(first, this.#last - historySeconds + 1); second <= this.#last; second++) {
      if (second > endSecond) break;
      values[second - first] = ring?.[second % historySeconds] ?? Number.NaN;
    }
    return values;
  }
}
