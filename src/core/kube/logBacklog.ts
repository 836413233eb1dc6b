// Lines that wait to be shown. A log may come faster than a terminal draws: then pieces of it are passed over, which is
// said where they would stand.
import type { LogLine } from "./logRing.ts";

const MOST_LINES = 20_000;
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** What is kept where that is too much. */
const KEPT_LINES = 500;
const KEPT_CHARACTERS = 64 * 1024;
/** Given at once, or one line that is longer. */
const TURN_LINES = 500;
const TURN_CHARACTERS = 64 * 1024;

export class LogBacklog {
  #lines: LogLine[] = [];
  /** Those before it have been given. */
  #from = 0;
  #characters = 0;
  /** Lines that were passed over before the first that waits. */
  #passed = 0;

  add(lines: readonly LogLine[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#characters += line.text.length;
    }
    if (this.#lines.length - this.#from > MOST_LINES || this.#characters > MOST_CHARACTERS) this.#passOver();
  }

  get isEmpty(): boolean {
    return this.#from === this.#lines.length;
  }

  /** The next lines, and how many before them are passed over. */
  take(): { passed: number; lines: readonly LogLine[] } {
    const start = this.#from;
    let characters = 0;
    while (this.#from < this.#lines.length && this.#from - start < TURN_LINES) {
      const { length } = this.#lines[this.#from]?.text ?? "";
      if (this.#from > start && characters + length > TURN_CHARACTERS) break;
      characters += length;
      this.#from++;
    }
    const taken = { passed: this.#passed, lines: this.#lines.slice(start, this.#from) };
    this.#passed = 0;
    this.#characters -= characters;
    this.#drop();
    return taken;
  }

  clear(): void {
    this.#lines = [];
    this.#from = 0;
    this.#characters = 0;
    this.#passed = 0;
  }

  #passOver(): void {
    let keep = this.#lines.length;
    let characters = 0;
    while (keep > this.#from && this.#lines.length - keep < KEPT_LINES) {
      const { length } = this.#lines[keep - 1]?.text ?? "";
      if (keep < this.#lines.length && characters + length > KEPT_CHARACTERS) break;
      characters += length;
      keep--;
    }
    // What is said about the log itself is not the log.
    const said = this.#lines.slice(this.#from, keep).filter(({ source }) => source === undefined);
    this.#passed += keep - this.#from - said.length;
    this.#lines = [...said, ...this.#lines.slice(keep)];
    this.#from = 0;
    this.#characters = this.#lines.reduce((sum, { text }) => sum + text.length, 0);
  }

  #drop(): void {
    if (this.#from < TURN_LINES && this.#from < this.#lines.length) return;
    this.#lines.splice(0, this.#from);
    this.#from = 0;
  }
}
