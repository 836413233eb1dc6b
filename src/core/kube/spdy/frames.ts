// SPDY/3.1 frames: bytes in, frames out, and back. Pure: the caller moves the bytes.
// Source: SPDY protocol draft 3.1, section 2.2.
import { concat, fourBytes, type Headers, HeaderReader, HeaderWriter } from "./headers.ts";

export type Frame =
  | { type: "data"; stream: number; payload: Uint8Array; end: boolean }
  | { type: "open"; stream: number; headers: Headers; end: boolean }
  | { type: "reply"; stream: number; headers: Headers; end: boolean }
  | { type: "reset"; stream: number; status: number }
  | { type: "ping"; id: number }
  | { type: "goaway"; last: number; status: number }
  /** Anything that changes nothing here: SETTINGS, HEADERS, WINDOW_UPDATE. */
  | { type: "other" };

/** Why the bytes are no SPDY. */
export interface FrameFailure {
  failure: string;
}

const kinds = { open: 1, reply: 2, reset: 3, ping: 6, goaway: 7 };
const controlLimit = 1 << 20;

export class FrameReader {
  readonly #headers = new HeaderReader();
  #rest: Uint8Array = new Uint8Array(0);
  /** The frame of data that is under way, and how much of it is still to come. */
  #data = { stream: 0, left: 0, end: false };

  /**
   * The frames that are whole now. A frame of data is handed on in pieces, as they come: nothing is copied, and
   * its payloads are views of `chunk`.
   */
  push(chunk: Uint8Array): Frame[] | FrameFailure {
    let bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const { left } = this.#data;
      if (left > 0 && bytes.length > 0) {
        const payload = bytes.subarray(0, left);
        this.#data.left -= payload.length;
        bytes = bytes.subarray(payload.length);
        const end = this.#data.end && this.#data.left === 0;
        frames.push({ type: "data", stream: this.#data.stream, payload, end });
      }
      if (bytes.length < 8) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const length = view.getUint32(4) & 0xff_ffff;
      const control = (view.getUint8(0) & 0x80) !== 0;
      if (control && length > controlLimit) return { failure: `a control frame of ${length} bytes` };
      if (!control) {
        this.#data = { stream: view.getUint32(0), left: length, end: (view.getUint8(4) & 1) !== 0 };
        bytes = bytes.subarray(8);
        if (length > 0) continue;
        frames.push({
          type: "data",
          stream: this.#data.stream,
          payload: bytes.subarray(0, 0),
          end: this.#data.end,
        });
        continue;
      }
      if (bytes.length < 8 + length) break;
      const frame = this.#frame(view, bytes.subarray(8, 8 + length));
      if ("failure" in frame) return frame;
      frames.push(frame);
      bytes = bytes.subarray(8 + length);
    }
    // A copy: what is left must not keep a large chunk alive.
    this.#rest = bytes.slice();
    return frames;
  }

  #frame(view: DataView, payload: Uint8Array): Frame | FrameFailure {
    const end = (view.getUint8(4) & 1) !== 0;
    const version = view.getUint16(0) & 0x7fff;
    if (version !== 3) return { failure: `SPDY version ${version}` };
    const kind = view.getUint16(2);
    const inside = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const least = kind === kinds.open ? 10 : kind === kinds.ping || kind === kinds.reply ? 4 : 0;
    if (payload.length < least) return { failure: "a control frame that is too short" };
    switch (kind) {
      case kinds.open:
      case kinds.reply: {
        const headers = this.#headers.read(payload.subarray(kind === kinds.open ? 10 : 4));
        if (!headers) return { failure: "headers that can't be read" };
        const stream = inside.getUint32(0) & 0x7fff_ffff;
        return { type: kind === kinds.open ? "open" : "reply", stream, headers, end };
      }
      case kinds.reset:
        if (payload.length < 8) return { failure: "a control frame that is too short" };
        return { type: "reset", stream: inside.getUint32(0) & 0x7fff_ffff, status: inside.getUint32(4) };
      case kinds.ping:
        return { type: "ping", id: inside.getUint32(0) };
      case kinds.goaway:
        if (payload.length < 8) return { failure: "a control frame that is too short" };
        return { type: "goaway", last: inside.getUint32(0) & 0x7fff_ffff, status: inside.getUint32(4) };
      case 8:
        // A HEADERS frame is part of the header stream, so it must be read even if nobody wants it.
        return this.#headers.read(payload.subarray(4))
          ? { type: "other" }
          : { failure: "headers that can't be read" };
      default:
        return { type: "other" };
    }
  }
}

export class FrameWriter {
  readonly #headers = new HeaderWriter();

  open(stream: number, headers: Headers, end: boolean): Uint8Array {
    const block = this.#headers.write(headers);
    const start = concat([fourBytes(stream), fourBytes(0), new Uint8Array(2)]);
    return control(kinds.open, end ? 1 : 0, [start, block]);
  }

  reply(stream: number, headers: Headers): Uint8Array {
    return control(kinds.reply, 0, [fourBytes(stream), this.#headers.write(headers)]);
  }

  reset(stream: number, status: number): Uint8Array {
    return control(kinds.reset, 0, [fourBytes(stream), fourBytes(status)]);
  }

  ping(id: number): Uint8Array {
    return control(kinds.ping, 0, [fourBytes(id)]);
  }

  goAway(last: number, status: number): Uint8Array {
    return control(kinds.goaway, 0, [fourBytes(last), fourBytes(status)]);
  }

  /** What comes before `length` bytes of data; the data itself follows as it is. */
  dataHeader(stream: number, length: number, end: boolean): Uint8Array {
    const header = new Uint8Array(8);
    const view = new DataView(header.buffer);
    view.setUint32(0, stream);
    view.setUint32(4, (((end ? 1 : 0) << 24) | length) >>> 0);
    return header;
  }
}

function control(kind: number, flags: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concat([fourBytes(0x8003_0000 | kind), fourBytes((flags << 24) | length), ...parts]);
}
