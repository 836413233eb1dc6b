// Lines that wait to be shown. A log may come faster than a terminal draws: then pieces of it are passed over, which is
// said where they would stand.
import type { LogLine, LogSource } from "./logRing.ts";

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

  /** Each log keeps its newest lines: one that floods does not wash the others away. */
  #passOver(): void {
    const waiting = this.#lines.slice(this.#from);
    const sources = new Set(waiting.flatMap(({ source }) => source ?? [])).size;
    const shares = new Map<LogSource, { lines: number; characters: number }>();
    const kept = waiting
      .reverse()
      .filter(({ source, text }) => {
        // What is said about the log itself is not the log.
        if (source === undefined) return true;
        const share = shares.get(source) ?? { lines: 0, characters: 0 };
        shares.set(source, share);
        const isFirst = share.lines === 0;
        share.lines++;
        share.characters += text.length;
        return (
          isFirst || (share.lines <= KEPT_LINES / sources && share.characters <= KEPT_CHARACTERS / sources)
        );
      })
      .reverse();
    this.#passed += waiting.length - kept.length;
    this.#lines = kept;
    this.#from = 0;
    this.#characters = kept.reduce((sum, { text }) => sum + text.length, 0);
  }

  #drop(): void {
    if (this.#from < TURN_LINES && this.#from < this.#lines.length) return;
    this.#lines.splice(0, this.#from);
    this.#from = 0;
  }
}
