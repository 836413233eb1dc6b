// Reads protobuf as the API server sends it: one message by its table of fields, and a list as it arrives.
// Source: https://protobuf.dev/programming-guides/encoding/ and the envelope runtime.Unknown of apimachinery.
import { creatorAnnotations } from "../../core/kube/creators.ts";
import { type WireField, type WireMessage, listMetaWire } from "../../core/kube/wire.ts";
import { ByteRest } from "./byteRest.ts";

export const protobufType = "application/vnd.kubernetes.protobuf";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** A place in a buffer that moves while it is read. */
class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Numbers up to 2^53; larger ones lose their low bits, which no row shows. @throws RangeError at the end. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new RangeError("The protobuf answer is cut or broken.");
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === BYTES) {
      // The length moves the cursor too, so it is read first.
      const length = this.varint();
      this.at += length;
    } else if (wireType === FIXED64) this.at += 8;
    else if (wireType === FIXED32) this.at += 4;
    else throw new RangeError("The protobuf answer is cut or broken.");
  }
}

/** Strings this long at most are kept: phases, namespaces, kinds, reasons, node names come thousands of times. */
const KEPT_LENGTH = 24;
const KEPT = 1024;

/** Short strings that came before, so that a row of a thousand shares its words with the others. */
class KnownStrings {
  readonly #slots: (string | undefined)[] = Array.from({ length: KEPT });

  at(bytes: Buffer, start: number, stop: number): string {
    if (stop - start > KEPT_LENGTH) return bytes.toString("utf8", start, stop);
    // A few of its bytes tell the words of an API apart; names that differ elsewhere only drive each other out.
    const length = stop - start;
    const middle = bytes[start + (length >> 1)] ?? 0;
    const ends = (bytes[start] ?? 0) * 5 + (bytes[stop - 1] ?? 0) * 17;
    const slot = (length * 37 + middle * 11 + ends) & (KEPT - 1);
    const known = this.#slots[slot];
    if (known !== undefined && isSame(known, bytes, start, stop)) return known;
    const text = bytes.toString("utf8", start, stop);
    this.#slots[slot] = text;
    return text;
  }
}

/** Only true for ASCII, where a character is a byte. */
function isSame(text: string, bytes: Buffer, start: number, stop: number): boolean {
  if (text.length !== stop - start) return false;
  for (let index = 0; index < text.length; index++) {
    const byte = bytes[start + index] ?? 0;
    if (byte > 0x7f || text.charCodeAt(index) !== byte) return false;
  }
  return true;
}

/** Reads messages; one for a whole list, whose strings repeat. */
export class WireReader {
  readonly #strings = new KnownStrings();

  /**
   * The fields of `message` in bytes from `start` to `end`, under their JSON names. Empty strings are handed
   * on as such.
   * @throws RangeError for bytes that are no protobuf.
   */
  read(bytes: Buffer, message: WireMessage, start = 0, end: number = bytes.length): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const cursor = new Cursor(bytes, start);
    while (cursor.at < end) {
      const tag = cursor.varint();
      const wireType = tag & 7;
      const field = message[tag >>> 3];
      if (field === undefined) {
        cursor.skip(wireType);
        continue;
      }
      if (wireType === VARINT) {
        const number = cursor.varint();
        result[field.name] = field.type === "boolean" ? number !== 0 : number;
        continue;
      }
      const length = cursor.varint();
      const stop = cursor.at + length;
      if (wireType !== BYTES || stop > end) throw new RangeError("The protobuf answer is cut or broken.");
      if (field.onlyIf && result[field.onlyIf.name] !== field.onlyIf.is) {
        cursor.at = stop;
        continue;
      }
      this.#put(result, field, bytes, cursor.at, stop);
      cursor.at = stop;
    }
    return result;
  }

  /** A server sends labels in the order of their keys. */
  #label(result: Record<string, unknown>, name: string, bytes: Buffer, start: number, stop: number): void {
    const { key = "", value = "" } = this.read(bytes, labelEntry, start, stop) as Record<string, string>;
    const before = result[name];
    result[name] = typeof before === "string" ? `${before}\n${key}=${value}` : `${key}=${value}`;
  }

  /** Most annotations say nothing here: they cost a look at the length of their key. */
  #creator(result: Record<string, unknown>, name: string, bytes: Buffer, start: number, stop: number): void {
    const cursor = new Cursor(bytes, start);
    if (cursor.varint() !== KEY_TAG) return;
    const length = cursor.varint();
    if (!CREATOR_LENGTHS.has(length) || cursor.at + length > stop) return;
    const key = this.#strings.at(bytes, cursor.at, cursor.at + length);
    if (!creatorAnnotations.includes(key)) return;
    const entry = this.read(bytes, labelEntry, start, stop);
    ((result[name] ??= {}) as Record<string, unknown>)[key] = entry["value"];
  }

  #put(result: Record<string, unknown>, field: WireField, bytes: Buffer, start: number, stop: number): void {
    const { name, type } = field;
    if (type === "string") result[name] = this.#strings.at(bytes, start, stop);
    else if (type === "time")
      result[name] = Number(this.read(bytes, timeWire, start, stop)["seconds"] ?? 0) * 1000;
    else if (type === "quantities") {
      const entry = this.read(bytes, quantityEntry, start, stop) as {
        key?: string;
        value?: { string?: string };
      };
      const known = (result[name] ??= {}) as Record<string, unknown>;
      if (entry.key !== undefined && entry.key !== "__proto__") known[entry.key] = entry.value?.string ?? "";
    } else if (type === "labels") this.#label(result, name, bytes, start, stop);
    else if (type === "creators") this.#creator(result, name, bytes, start, stop);
    else if (typeof type === "object") {
      const value = this.read(bytes, type, start, stop);
      if (field.repeated) ((result[name] ??= []) as unknown[]).push(value);
      else result[name] = value;
    }
  }
}

const KEY_TAG = (1 << 3) | BYTES;
const CREATOR_LENGTHS = new Set(creatorAnnotations.map((key) => key.length));
const labelEntry: WireMessage = { 1: { name: "key", type: "string" }, 2: { name: "value", type: "string" } };
const timeWire: WireMessage = { 1: { name: "seconds", type: "integer" } };
const quantityEntry: WireMessage = {
  1: { name: "key", type: "string" },
  2: { name: "value", type: { 1: { name: "string", type: "string" } } },
};

/** The message inside the envelope, or undefined when the bytes are not in one. */
export function unwrap(bytes: Buffer): Buffer | undefined {
  if (bytes.toString("latin1", 0, 4) !== "k8s\0") return undefined;
  return bytesField(bytes, RAW_TAG >>> 3, 4);
}

/** The bytes of the first field of that number; undefined where there is none. @throws RangeError for no protobuf. */
export function bytesField(bytes: Buffer, number: number, start = 0): Buffer | undefined {
  const cursor = new Cursor(bytes, start);
  while (cursor.at < bytes.length) {
    const tag = cursor.varint();
    if (tag !== ((number << 3) | BYTES)) {
      cursor.skip(tag & 7);
      continue;
    }
    const length = cursor.varint();
    return bytes.subarray(cursor.at, cursor.at + length);
  }
  return undefined;
}

const RAW_TAG = (2 << 3) | BYTES;
const METADATA_TAG = (1 << 3) | BYTES;
const ITEM_TAG = (2 << 3) | BYTES;

/** Reads a list in protobuf as it arrives and gives each item. */
export class WireItems {
  readonly #message: WireMessage;
  readonly #reader = new WireReader();
  readonly #rest = new ByteRest();
  #stage: "magic" | "envelope" | "list" | "after" = "magic";
  /** Bytes of the list that are still to come. */
  #left = 0;
  #metadata: Record<string, unknown> | undefined;

  constructor(message: WireMessage) {
    this.#message = message;
  }

  /** @throws RangeError for bytes that are no list in protobuf. */
  *push(chunk: Buffer): Generator<Record<string, unknown>> {
    const bytes = this.#rest.join(chunk);
    let at = 0;
    while (at < bytes.length && this.#stage !== "after") {
      if (this.#stage === "magic") {
        if (bytes.length < 4) break;
        if (bytes.toString("latin1", 0, 4) !== "k8s\0")
          throw new RangeError("The answer is no Kubernetes protobuf.");
        this.#stage = "envelope";
        at = 4;
        continue;
      }
      const head = fieldHead(bytes, at);
      if (head === undefined) break;
      const stop = head.start + head.length;
      if (this.#stage === "envelope" && head.tag === RAW_TAG) {
        this.#left = head.length;
        this.#stage = this.#left > 0 ? "list" : "after";
        at = head.start;
        continue;
      }
      if (stop > bytes.length) break;
      if (this.#stage === "list") {
        if (head.tag === METADATA_TAG)
          this.#metadata = this.#reader.read(bytes, listMetaWire, head.start, stop);
        else if (head.tag === ITEM_TAG) yield this.#reader.read(bytes, this.#message, head.start, stop);
        this.#left -= stop - at;
        if (this.#left <= 0) this.#stage = "after";
      }
      at = stop;
    }
    this.#rest.keep(bytes, at);
  }

  /** The list's metadata once it has come, which is before the first item. */
  get metadata(): unknown {
    return this.#metadata;
  }

  /** True when the whole list has come. */
  get isWhole(): boolean {
    return this.#stage === "after";
  }
}

/** Tag and length of the length-delimited field at `at`; undefined when they have not all come. */
function fieldHead(bytes: Buffer, at: number): { tag: number; start: number; length: number } | undefined {
  // A tag and a length take at most ten bytes here; with fewer there they may be cut.
  const cursor = new Cursor(bytes, at);
  try {
    const tag = cursor.varint();
    const length = (tag & 7) === BYTES ? cursor.varint() : 0;
    if ((tag & 7) !== BYTES) cursor.skip(tag & 7);
    return { tag, start: cursor.at, length };
  } catch (error) {
    if (bytes.length - at >= 20) throw error;
    return undefined;
  }
}
