// WebSocket frames (RFC 6455): bytes in, messages out, and back. Pure: the caller moves the bytes.

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

export interface Message {
  opcode: number;
  payload: Uint8Array;
}

/** Why the bytes are no WebSocket, and the code to close it with. */
export interface MessageFailure {
  failure: string;
  closeCode: number;
}

/**
 * What stands before a payload. `mask` is four random bytes, which a client must give and a server must not;
 * the payload is then masked with it (`applyMask`).
 */
export function messageHeader(opcode: number, length: number, mask?: Uint8Array): Uint8Array {
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const header = new Uint8Array(size + (mask ? 4 : 0));
  const view = new DataView(header.buffer);
  const masked = mask ? 0x80 : 0;
  header[0] = 0x80 | opcode;
  if (size === 2) header[1] = masked | length;
  else if (size === 4) {
    header[1] = masked | 126;
    view.setUint16(2, length);
  } else {
    header[1] = masked | 127;
    view.setUint32(2, Math.floor(length / 2 ** 32));
    view.setUint32(6, length >>> 0);
  }
  if (mask) header.set(mask, size);
  return header;
}

/**
 * Masks or unmasks in place.
 *
 * @param before so much of the payload stands before these bytes.
 */
export function applyMask(bytes: Uint8Array, mask: Uint8Array, before = 0): void {
  const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((index) => mask[(before + index) & 3] ?? 0);
  let at = 0;
  const one = (stop: number) => {
    for (; at < stop; at++) bytes[at] = (bytes[at] ?? 0) ^ (mask[(before + at) & 3] ?? 0);
  };
  // By words of eight bytes where the place allows: a forward masks each byte that it sends.
  const start = Math.min((8 - (bytes.byteOffset & 7)) & 7, bytes.length);
  one(start);
  if (bytes.length - at < 8) {
    one(bytes.length);
    return;
  }
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset + at, (bytes.length - at) >> 3);
  const turned = [a, b, c, d, a, b, c, d].slice(at & 3).concat([a, b, c, d].slice(0, at & 3));
  const key = new BigUint64Array(Uint8Array.from(turned).buffer)[0] ?? 0n;
  for (let index = 0; index < words.length; index++) words[index] = (words[index] ?? 0n) ^ key;
  at += words.length * 8;
  one(bytes.length);
}

/** The payload of a close message. */
export function closePayload(code: number, reason = ""): Uint8Array {
  const text = new TextEncoder().encode(reason).subarray(0, 123);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}

const messageLimit = 32 * 1024 * 1024;

/** Reads messages; fragments are put together, control messages come between them. */
export class MessageReader {
  readonly #masked: boolean;
  readonly #isStream: boolean;
  /** Of a message that is handed on in pieces: how much is still to come. */
  #pieceLeft = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #opcode = 0;
  #parts: Uint8Array[] = [];
  #size = 0;

  /**
   * @param masked whether what comes must be masked: true for a server.
   * @param isStream where the ends of messages mean nothing: they are handed on in pieces, as they come, and
   * nothing is copied. Only for what is not masked.
   */
  constructor(masked: boolean, isStream = false) {
    this.#masked = masked;
    this.#isStream = isStream && !masked;
  }

  /** The messages that are whole now. Bytes of `chunk` are unmasked in place. */
  push(chunk: Uint8Array): Message[] | MessageFailure {
    let bytes = this.#rest.length === 0 ? chunk : joined([this.#rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      if (this.#pieceLeft > 0 && bytes.length > 0) {
        const payload = bytes.subarray(0, this.#pieceLeft);
        this.#pieceLeft -= payload.length;
        bytes = bytes.subarray(payload.length);
        messages.push({ opcode: opcodes.binary, payload });
      }
      const header = readHeader(bytes);
      if (!header) break;
      if ("failure" in header) return header;
      if (header.masked !== this.#masked) return broken("a frame is masked that must not be, or the reverse");
      const { size, length, opcode, final } = header;
      if (length + this.#size > messageLimit) return { failure: "a message is too long", closeCode: 1009 };
      if (this.#isStream && opcode < 8) {
        this.#pieceLeft = length;
        bytes = bytes.subarray(size);
        continue;
      }
      if (bytes.length < size + length) break;
      const payload = bytes.subarray(size, size + length);
      if (this.#masked) applyMask(payload, bytes.slice(size - 4, size));
      bytes = bytes.subarray(size + length);
      const message = this.#add(opcode, final, payload);
      if (message && "failure" in message) return message;
      if (message) messages.push(message);
    }
    // A copy: what is left must not keep a large chunk alive.
    this.#rest = bytes.slice();
    return messages;
  }

  #add(opcode: number, final: boolean, payload: Uint8Array): Message | MessageFailure | undefined {
    if (opcode >= 8) return { opcode, payload };
    if ((opcode === 0) === (this.#opcode === 0)) return broken("fragments are out of order");
    if (opcode !== 0 && final) return { opcode, payload };
    if (opcode !== 0) this.#opcode = opcode;
    this.#parts.push(payload.slice());
    this.#size += payload.length;
    if (!final) return undefined;
    const message = { opcode: this.#opcode, payload: joined(this.#parts) };
    this.#opcode = 0;
    this.#parts = [];
    this.#size = 0;
    return message;
  }
}

interface FrameHeader {
  /** Of the header, with its mask. */
  size: number;
  length: number;
  opcode: number;
  final: boolean;
  masked: boolean;
}

function readHeader(bytes: Uint8Array): FrameHeader | MessageFailure | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const opcode = first & 0x0f;
  const final = (first & 0x80) !== 0;
  if ((first & 0x70) !== 0) return broken("an extension that nobody asked for");
  if (![0, 1, 2, 8, 9, 10].includes(opcode)) return broken(`opcode ${opcode}`);
  const short = second & 0x7f;
  if (opcode >= 8 && (!final || short > 125)) return broken("a control frame that is too long or in pieces");
  const masked = (second & 0x80) !== 0;
  const lengthSize = short === 126 ? 2 : short === 127 ? 8 : 0;
  const size = 2 + lengthSize + (masked ? 4 : 0);
  if (bytes.length < size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length =
    lengthSize === 0
      ? short
      : lengthSize === 2
        ? view.getUint16(2)
        : view.getUint32(2) * 2 ** 32 + view.getUint32(6);
  return { size, length, opcode, final, masked };
}

function broken(failure: string): MessageFailure {
  return { failure, closeCode: 1002 };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
