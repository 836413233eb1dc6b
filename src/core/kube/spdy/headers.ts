// SPDY/3 header blocks: names and values with their lengths, in one zlib stream per direction.
import { headerDictionary } from "./dictionary.ts";
import { Inflater } from "./inflate.ts";

export type Headers = Readonly<Record<string, string>>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Reads the blocks of one direction, in the order in which they arrive. */
export class HeaderReader {
  readonly #inflater = new Inflater(headerDictionary());

  /** Names in lower case; undefined for a block that can't be read. */
  read(block: Uint8Array): Headers | undefined {
    const bytes = this.#inflater.push(block);
    return bytes && parseBlock(bytes);
  }
}

function parseBlock(bytes: Uint8Array): Headers | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const number = (): number | undefined => {
    if (at + 4 > bytes.length) return undefined;
    at += 4;
    return view.getUint32(at - 4);
  };
  const string = (): string | undefined => {
    const length = number();
    if (length === undefined || at + length > bytes.length) return undefined;
    at += length;
    return decoder.decode(bytes.subarray(at - length, at));
  };
  const count = number();
  if (count === undefined || count > 1_000) return undefined;
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let index = 0; index < count; index++) {
    const name = string();
    const value = string();
    if (name === undefined || value === undefined) return undefined;
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/**
 * Writes the blocks of one direction. Blocks are stored, not compressed: they are small and few, stored is
 * as much part of deflate as the rest, and it needs neither a host nor a window.
 */
export class HeaderWriter {
  #started = false;

  write(headers: Headers): Uint8Array {
    const block = formatBlock(headers);
    const length = block.length;
    const opening = this.#started ? [] : [0x78, 0x01];
    this.#started = true;
    const stored = [0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff];
    // An empty block after it is the sync flush: some readers hand out nothing before it.
    return concat([Uint8Array.from([...opening, ...stored]), block, Uint8Array.from([0, 0, 0, 0xff, 0xff])]);
  }
}

function formatBlock(headers: Headers): Uint8Array {
  const entries = Object.entries(headers);
  const parts = [fourBytes(entries.length)];
  for (const [name, value] of entries) {
    for (const text of [name.toLowerCase(), value]) {
      const bytes = encoder.encode(text);
      parts.push(fourBytes(bytes.length), bytes);
    }
  }
  return concat(parts);
}

export function fourBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0);
  return bytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
