// Inflates the header blocks of a SPDY session: one zlib stream in pieces, each ended by a sync flush.
// Formats: RFC 1950 (zlib), RFC 1951 (deflate). Synchronous and without a host, so that frames stay in order.

const windowSize = 32_768;
const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A canonical Huffman code: how many codes there are of each length, and the symbols in order. */
interface Huffman {
  counts: number[];
  symbols: number[];
}

function filled(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

function huffman(lengths: readonly number[]): Huffman {
  const counts = filled(16, 0);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const symbols: number[] = [];
  for (let length = 1; length <= 15; length++) {
    for (const [symbol, own] of lengths.entries()) if (own === length) symbols.push(symbol);
  }
  return { counts, symbols };
}

/** Small blocks, as answers to a new stream, have these codes: made anew they took a sixth of a forward's time. */
const fixedLiterals = huffman(
  Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
);
const fixedDistances = huffman(filled(30, 5));

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** -1 when the bytes are used up. */
  take(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return -1;
      this.#at += 1;
      this.#held |= byte << this.#count;
      this.#count += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  symbol(code: Huffman): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= 15; length++) {
      const bit = this.take(1);
      if (bit < 0) return -1;
      value |= bit;
      const count = code.counts[length] ?? 0;
      if (value - count < first) return code.symbols[index + value - first] ?? -1;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    return -1;
  }

  /** The next whole bytes; what is left of the current one is dropped. */
  bytes(count: number): Uint8Array | undefined {
    this.align();
    if (this.#at + count > this.#bytes.length) return undefined;
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  align(): void {
    // Whole bytes that were read ahead go back.
    this.#at -= Math.floor(this.#count / 8);
    this.#held = 0;
    this.#count = 0;
  }

  get empty(): boolean {
    return this.#at >= this.#bytes.length && this.#count < 8;
  }
}

export class Inflater {
  readonly #dictionary: Uint8Array;
  /** What was put out last, for references back. */
  #window: number[] = [];
  #started = false;
  #broken = false;

  constructor(dictionary: Uint8Array) {
    this.#dictionary = dictionary;
  }

  /** @returns what the piece says; undefined when it is no such stream (and ever after). */
  push(piece: Uint8Array): Uint8Array | undefined {
    if (this.#broken) return undefined;
    let at = 0;
    if (!this.#started) {
      this.#started = true;
      const [method = 0, flags = 0] = piece;
      const withDictionary = (flags & 0x20) !== 0;
      if ((method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0) return this.#fail();
      at = withDictionary ? 6 : 2;
      if (withDictionary) this.#window = Array.from(this.#dictionary);
    }
    const bits = new Bits(piece, at);
    const start = this.#window.length;
    while (!bits.empty) if (!this.#block(bits)) return this.#fail();
    const out = Uint8Array.from(this.#window.slice(start));
    if (this.#window.length > 2 * windowSize) this.#window = this.#window.slice(-windowSize);
    return out;
  }

  #fail(): undefined {
    this.#broken = true;
    return undefined;
  }

  #block(bits: Bits): boolean {
    const header = bits.take(3);
    switch (header < 0 ? -1 : header >> 1) {
      case 0:
        return this.#stored(bits);
      case 1:
        return this.#coded(bits, fixedLiterals, fixedDistances);
      case 2: {
        const codes = dynamicCodes(bits);
        return codes !== undefined && this.#coded(bits, ...codes);
      }
      default:
        return false;
    }
  }

  #stored(bits: Bits): boolean {
    const header = bits.bytes(4);
    if (!header) return false;
    const [low = 0, high = 0, notLow = 0, notHigh = 0] = header;
    const length = low | (high << 8);
    if (length !== (~(notLow | (notHigh << 8)) & 0xffff)) return false;
    const content = bits.bytes(length);
    if (!content) return false;
    for (const byte of content) this.#window.push(byte);
    return true;
  }

  #coded(bits: Bits, literals: Huffman, distances: Huffman): boolean {
    for (;;) {
      const symbol = bits.symbol(literals);
      if (symbol < 0) return false;
      if (symbol === 256) return true;
      if (symbol < 256) {
        this.#window.push(symbol);
        continue;
      }
      const length = extended(bits, symbol - 257, lengthBase, lengthExtra);
      const distance = extended(bits, bits.symbol(distances), distanceBase, distanceExtra);
      if (length === undefined || distance === undefined || distance > this.#window.length) return false;
      for (let count = 0; count < length; count++) {
        this.#window.push(this.#window[this.#window.length - distance] ?? 0);
      }
    }
  }
}

function extended(
  bits: Bits,
  index: number,
  base: readonly number[],
  extra: readonly number[],
): number | undefined {
  const start = base[index];
  const more = extra[index];
  if (start === undefined || more === undefined) return undefined;
  const added = bits.take(more);
  return added < 0 ? undefined : start + added;
}

function dynamicCodes(bits: Bits): [Huffman, Huffman] | undefined {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const codeLengths = bits.take(4) + 4;
  const lengths = filled(19, 0);
  for (let index = 0; index < codeLengths; index++) {
    const length = bits.take(3);
    if (length < 0) return undefined;
    lengths[codeLengthOrder[index] ?? 0] = length;
  }
  const code = huffman(lengths);
  const all: number[] = [];
  while (all.length < literals + distances) {
    const symbol = bits.symbol(code);
    if (symbol < 0) return undefined;
    if (symbol < 16) all.push(symbol);
    else {
      const [repeated, count] = repetition(bits, symbol, all.at(-1) ?? 0);
      if (count < 0) return undefined;
      for (let index = 0; index < count; index++) all.push(repeated);
    }
  }
  return [huffman(all.slice(0, literals)), huffman(all.slice(literals, literals + distances))];
}

function repetition(bits: Bits, symbol: number, previous: number): [number, number] {
  const [width, least] = symbol === 16 ? [2, 3] : symbol === 17 ? [3, 3] : [7, 11];
  const more = bits.take(width);
  return [symbol === 16 ? previous : 0, more < 0 ? -1 : least + more];
}
