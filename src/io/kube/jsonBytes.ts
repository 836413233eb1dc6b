// Finds whole JSON values in a stream of bytes: lines of a watch, and items of a list while it arrives.

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** A line longer than this ends the watch: no object of a healthy API is as large. */
export const maximumLineBytes = 16 * 1024 * 1024;

/** Splits at line feeds only: a JSON string may hold U+2028 and other "line ends" raw. */
export class ByteLines {
  readonly #cutAt: number | undefined;
  #rest: Buffer[] = [];
  #restBytes = 0;

  /** @param cutAt a line of a log may have no end: after so many bytes it is handed on in pieces. */
  constructor(cutAt?: number) {
    this.#cutAt = cutAt;
  }

  /** The whole lines that `chunk` completes. @throws RangeError for a line over the limit. */
  *push(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const tail = chunk.subarray(start, end);
      start = end + 1;
      if (this.#restBytes + tail.length > maximumLineBytes) throw tooLong();
      if (this.#rest.length === 0) {
        if (tail.length > 0) yield tail;
        continue;
      }
      this.#rest.push(tail);
      const line = Buffer.concat(this.#rest);
      this.#rest = [];
      this.#restBytes = 0;
      yield line;
    }
    if (start === chunk.length) return;
    const left = chunk.subarray(start);
    this.#restBytes += left.length;
    if (this.#restBytes > maximumLineBytes) throw tooLong();
    this.#rest.push(left);
    if (this.#cutAt !== undefined && this.#restBytes >= this.#cutAt) yield this.end();
  }

  /** What came after the last line feed; the stream has ended. */
  end(): Buffer {
    const rest = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return rest;
  }
}

function tooLong(): RangeError {
  return new RangeError("A line of the stream is longer than 16 MiB.");
}

/** Under which key a list has its items, and a Table its rows. */
const ITEMS = new Set(["items", "rows"]);

/**
 * Reads a Kubernetes list (`{"kind":…,"metadata":{…},"items":[{…},…]}`) as it arrives and gives each item
 * alone, so that a page is never parsed in one block. What is not an item stays in the envelope.
 */
export class ListItems {
  #pending: Buffer = Buffer.alloc(0);
  /** How much of #pending has been looked at. */
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #stringStart = 0;
  /** The last string at the top level: before an array it is its key. */
  #lastKey = "";
  #inItems = false;
  #inItem = false;
  readonly #envelope: Buffer[] = [];

  /** The items that `chunk` completes, as bytes of one JSON object each. @throws RangeError over the limit. */
  *push(chunk: Buffer): Generator<Buffer> {
    const buffer = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let keep = 0;
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let index = this.#scanned; index < buffer.length; index++) {
      const byte = buffer[index];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 1) this.#lastKey = buffer.toString("latin1", this.#stringStart, index);
        }
      } else if (byte === QUOTE) {
        inString = true;
        this.#stringStart = index + 1;
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (depth === 2 && this.#inItems && byte === OPEN_OBJECT) {
          this.#envelope.push(Buffer.from(buffer.subarray(keep, index)));
          this.#inItem = true;
          keep = index;
        } else if (depth === 1 && byte === OPEN_ARRAY && ITEMS.has(this.#lastKey)) this.#inItems = true;
        depth++;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        depth--;
        if (depth === 2 && this.#inItem) {
          yield buffer.subarray(keep, index + 1);
          this.#inItem = false;
          keep = index + 1;
        } else if (depth === 1 && byte === CLOSE_ARRAY) this.#inItems = false;
      } else if (byte === COMMA && depth === 2 && this.#inItems) keep = index + 1;
    }
    // An item under way stays whole, and so does a key of the envelope that the chunk cut.
    this.#pending = Buffer.from(buffer.subarray(keep));
    if (this.#pending.length > maximumLineBytes)
      throw new RangeError("An item of the list is longer than 16 MiB.");
    this.#scanned = this.#pending.length;
    this.#stringStart -= keep;
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
  }

  /** What came before the first item; undefined while that is not known. Go writes `metadata` first. */
  head(): unknown {
    if (this.#envelope.length === 0) return undefined;
    try {
      return JSON.parse(`${Buffer.concat(this.#envelope).toString("utf8")}]}`);
    } catch {
      return undefined;
    }
  }

  /** The list without its items. @throws SyntaxError when the answer was cut or is no JSON object. */
  envelope(): unknown {
    return JSON.parse(Buffer.concat([...this.#envelope, this.#pending]).toString("utf8"));
  }
}
