// Bytes to lines: UTF-8 across chunk borders, LF and CRLF, bounded lines, nothing kept once handed on.
import { StringDecoder } from "node:string_decoder";

/** A line longer than this (in UTF-16 units) is cut, so that a program without line ends can't fill memory. */
export const maximumLineLength = 1024 * 1024;

/** Splits a byte stream into lines; `end` hands on what is left without a line end. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  readonly #limit: number;
  #rest = "";
  #cut = false;

  constructor(onLine: (line: string) => void, limit = maximumLineLength) {
    this.#onLine = onLine;
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  end(): void {
    this.#take(this.#decoder.end());
    if (this.#rest !== "" && !this.#cut) this.#onLine(withoutReturn(this.#rest));
    this.#rest = "";
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#finish(text.slice(start, end));
      start = end + 1;
    }
    if (this.#cut) return;
    this.#rest += text.slice(start);
    if (this.#rest.length > this.#limit) {
      this.#onLine(this.#rest.slice(0, this.#limit));
      this.#rest = "";
      this.#cut = true;
    }
  }

  #finish(text: string): void {
    const line = this.#rest + text;
    this.#rest = "";
    if (this.#cut) this.#cut = false;
    else this.#onLine(withoutReturn(line.length > this.#limit ? line.slice(0, this.#limit) : line));
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
