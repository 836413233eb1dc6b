// The body of an HTTP answer as it comes: in chunks, of a length, or until the connection ends. Source: RFC 9112, 6.

const LINE_FEED = 10;
/** A size and its extensions; a server sends some ten bytes. */
const MOST_LINE_BYTES = 1024;
const MOST_TRAILER_BYTES = 16 * 1024;

/** What came of a body so far, in one piece that is used again. */
export class BodyMemory {
  #bytes: Buffer = Buffer.allocUnsafeSlow(256 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    bytes.copy(this.#bytes, this.#length, start, end);
    this.#length = length;
  }

  /** A copy of all of it; then it is empty. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }
}

export interface BodyFraming {
  /** True when the whole body has come. */
  readonly isWhole: boolean;
  /** True when the end of the connection is the end of the body. */
  readonly endsWithConnection: boolean;
  /** Adds what is body in `bytes` from `at` on to `memory`. @throws RangeError for what is not framed so. */
  push(bytes: Buffer, at: number, memory: BodyMemory): void;
}

/** How the body comes, by the headers; names are in lower case. */
export function bodyFraming(
  status: number,
  headers: Readonly<Record<string, string | undefined>>,
): BodyFraming {
  if (status === 204 || status === 304) return new LengthBody(0);
  const encoding = headers["transfer-encoding"]?.toLowerCase();
  if (encoding === "chunked") return new ChunkedBody();
  const length = headers["content-length"];
  if (encoding === undefined && length === undefined) return new LengthBody(Number.POSITIVE_INFINITY);
  if (encoding !== undefined || !/^\d{1,15}$/.test(length ?? "")) throw broken();
  return new LengthBody(Number(length));
}

/** Of a number of bytes; an infinite number ends with the connection. */
class LengthBody implements BodyFraming {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get isWhole(): boolean {
    return this.#left === 0;
  }

  get endsWithConnection(): boolean {
    return this.#left === Number.POSITIVE_INFINITY;
  }

  push(bytes: Buffer, at: number, memory: BodyMemory): void {
    const stop = Math.min(bytes.length, at + this.#left);
    memory.add(bytes, at, stop);
    this.#left -= stop - at;
  }
}

export class ChunkedBody implements BodyFraming {
  #stage: "size" | "data" | "break" | "trailer" | "end" = "size";
  /** Bytes of the chunk that are still to come. */
  #left = 0;
  /** The line that is being read, as far as it came. */
  #line = "";
  #trailerBytes = 0;

  readonly endsWithConnection = false;

  get isWhole(): boolean {
    return this.#stage === "end";
  }

  push(bytes: Buffer, at: number, memory: BodyMemory): void {
    let next = at;
    while (next < bytes.length && this.#stage !== "end") {
      if (this.#stage === "data") {
        const stop = Math.min(bytes.length, next + this.#left);
        memory.add(bytes, next, stop);
        this.#left -= stop - next;
        next = stop;
        if (this.#left === 0) this.#stage = "break";
        continue;
      }
      const feed = bytes.indexOf(LINE_FEED, next);
      const stop = feed === -1 ? bytes.length : feed;
      if (stop - next + this.#line.length > MOST_LINE_BYTES) throw broken();
      this.#line += bytes.toString("latin1", next, stop);
      if (feed === -1) return;
      next = feed + 1;
      this.#endLine();
    }
  }

  #endLine(): void {
    const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
    this.#line = "";
    if (this.#stage === "break") {
      if (line !== "") throw broken();
      this.#stage = "size";
    } else if (this.#stage === "size") {
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw broken();
      this.#left = Number.parseInt(size, 16);
      this.#stage = this.#left === 0 ? "trailer" : "data";
    } else {
      this.#trailerBytes += line.length + 2;
      if (this.#trailerBytes > MOST_TRAILER_BYTES) throw broken();
      if (line === "") this.#stage = "end";
    }
  }
}

function broken(): RangeError {
  return new RangeError("The answer's body is broken.");
}
