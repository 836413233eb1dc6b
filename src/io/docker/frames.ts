// Takes apart what the engine multiplexes over one stream: an 8-byte header, then that many bytes.
// Source: moby api/swagger.yaml (ContainerAttach, "Stream format").

export type StreamName = "stdout" | "stderr";

/**
 * One pass, no recursion: a chunk may hold thousands of frames, and a header may be cut anywhere. Frames are
 * handed on in pieces as they come, so that a large one is never kept. A header that can't be one means that
 * the stream is not multiplexed: the rest is then handed on as it is.
 */
export class Frames {
  readonly #onData: (data: Buffer, stream: StreamName) => void;
  readonly #header = Buffer.alloc(8);
  #headerLength = 0;
  #left = 0;
  #stream: StreamName = "stdout";
  #raw = false;

  constructor(onData: (data: Buffer, stream: StreamName) => void) {
    this.#onData = onData;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#raw) {
        this.#onData(at === 0 ? chunk : chunk.subarray(at), "stdout");
        return;
      }
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        this.#onData(chunk.subarray(at, end), this.#stream);
        this.#left -= end - at;
        at = end;
        continue;
      }
      const taken = Math.min(8 - this.#headerLength, chunk.length - at);
      chunk.copy(this.#header, this.#headerLength, at, at + taken);
      this.#headerLength += taken;
      at += taken;
      if (this.#headerLength === 8) this.#begin();
    }
  }

  #begin(): void {
    this.#headerLength = 0;
    const [kind = 255, ...zeros] = this.#header.subarray(0, 4);
    // 3 is the engine's own word about an error in its logs.
    if (kind > 3 || zeros.some((byte) => byte !== 0)) {
      this.#raw = true;
      this.#onData(Buffer.from(this.#header), "stdout");
      return;
    }
    this.#stream = kind >= 2 ? "stderr" : "stdout";
    this.#left = this.#header.readUInt32BE(4);
  }
}
