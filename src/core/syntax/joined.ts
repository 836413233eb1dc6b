// A text put together from parts of another, which knows where each of its characters came from.
import type { Span } from "./lines.ts";

export class Joined {
  #text = "";
  /** Where each part starts, here and in the other text. */
  readonly #here: number[] = [];
  readonly #there: number[] = [];

  get text(): string {
    return this.#text;
  }

  add(part: string, there: number): void {
    if (part === "") return;
    this.#here.push(this.#text.length);
    this.#there.push(there);
    this.#text += part;
  }

  /** Offset in the other text of the character at `index` here. */
  offsetAt(index: number): number {
    let low = 0;
    let high = this.#here.length - 1;
    if (high < 0) return 0;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#here[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return (this.#there[low] ?? 0) + index - (this.#here[low] ?? 0);
  }

  /** The part of the other text from the first to the last character of a part of this one. */
  span(start: number, end: number): Span {
    const first = this.offsetAt(start);
    return { start: first, end: end > start ? this.offsetAt(end - 1) + 1 : first };
  }

  /** True when that part stands in one piece in the other text. */
  isWhole(start: number, end: number): boolean {
    const span = this.span(start, end);
    return span.end - span.start === end - start;
  }
}
