// Offsets in a text to lines and columns, and back. A line ends at \n, \r\n or a lone \r, as in editors.
import type { Position, Range } from "./finding.ts";

/** A part of a text, as UTF-16 offsets; half open. */
export interface Span {
  start: number;
  end: number;
}

/** The place alone of something that has more than that. */
export function spanOf({ start, end }: Span): Span {
  return { start, end };
}

export class Lines {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    const breaks = /\r\n?|\n/g;
    while (breaks.exec(text)) this.#starts.push(breaks.lastIndex);
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Offset where `line` (zero-based) starts; the text's length after the last line. */
  start(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** The text of `line` without its line break. */
  content(line: number): string {
    return this.text.slice(this.start(line), this.start(line + 1)).replace(/[\r\n]+$/, "");
  }

  positionAt(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start(middle) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: inside - this.start(low) };
  }

  /** The nearest offset inside the text. */
  offsetAt(position: Position): number {
    const start = this.start(Math.max(0, position.line));
    const end = start + this.content(position.line).length;
    return Math.max(start, Math.min(start + position.column, end));
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }
}
