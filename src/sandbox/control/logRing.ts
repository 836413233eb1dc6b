// The output of one container life: its last lines, and news of more.
import { Emitter } from "../../base/event.ts";

export interface LogLine {
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
}

const lineLimit = 2_000;

export class LogRing {
  #lines: LogLine[] = [];
  #ended = false;
  readonly #news = new Emitter<LogLine | undefined>();

  /** A line, or undefined when there will be no more. */
  get news(): Emitter<LogLine | undefined>["event"] {
    return this.#news.event;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  get ended(): boolean {
    return this.#ended;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > lineLimit * 1.25) this.#lines = this.#lines.slice(-lineLimit);
    this.#news.fire(line);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#news.fire(undefined);
    this.#news.dispose();
  }
}
