// Bytes that wait for those that complete them, in a memory that is used again: a list has thousands of chunks.
import { maximumLineBytes } from "./jsonBytes.ts";

const FIRST_BYTES = 128 * 1024;

export class ByteRest {
  #memory: Buffer | undefined;
  #kept = 0;

  /** What was kept and the chunk after it, in one piece: good until the next call. */
  join(chunk: Buffer): Buffer {
    if (this.#kept === 0) return chunk;
    const length = this.#kept + chunk.length;
    const memory = this.#room(length);
    chunk.copy(memory, this.#kept);
    return memory.subarray(0, length);
  }

  /** Keeps what stands from `at` on in what `join` gave. @throws RangeError for more than 16 MiB */
  keep(bytes: Buffer, at: number): void {
    const rest = bytes.length - at;
    if (rest > maximumLineBytes) throw new RangeError("An object of the answer is longer than 16 MiB.");
    // A watch that rests holds no memory.
    if (rest === 0) this.#memory = undefined;
    else bytes.copy(this.#room(rest), 0, at);
    this.#kept = rest;
  }

  /** Nothing waits for more. */
  get isEmpty(): boolean {
    return this.#kept === 0;
  }

  #room(length: number): Buffer {
    const known = this.#memory;
    if (known && known.length >= length) return known;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, FIRST_BYTES, 2 * (known?.length ?? 0)));
    known?.copy(larger, 0, 0, this.#kept);
    this.#memory = larger;
    return larger;
  }
}
