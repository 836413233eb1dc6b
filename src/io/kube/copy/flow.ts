// What a command in a container sends: held back while it is not yet written, and whole only when its mark has come.
import type { Execution } from "../exec.ts";

export class Flow {
  readonly #mark: Buffer | undefined;
  readonly #write: (bytes: Uint8Array) => boolean;
  /** The last bytes, which may be the mark. */
  #tail = Buffer.alloc(0);
  #execution: Execution | undefined;
  #isHeld = false;
  #isWhole = false;
  /** Nothing but the mark has come. */
  isEmpty = true;

  /**
   * @param mark what the command says when it has sent all, and then waits for a line; undefined for one that just ends.
   * @param write gives false until it can take more; then `resume` is called.
   */
  constructor(mark: string | undefined, write: (bytes: Uint8Array) => boolean) {
    this.#mark = mark === undefined ? undefined : Buffer.from(mark);
    this.#write = write;
  }

  /** The mark has come, or none is awaited. */
  get isWhole(): boolean {
    return this.#isWhole || this.#mark === undefined;
  }

  /** The first bytes may come before this is known. */
  steer(execution: Execution): void {
    this.#execution = execution;
    if (this.#isHeld) execution.pause();
    if (this.#isWhole) execution.write("\n");
  }

  take(bytes: Uint8Array): void {
    if (!this.#mark) {
      this.#pass(bytes);
      return;
    }
    const all = Buffer.concat([this.#tail, bytes]);
    const kept = Math.min(all.length, this.#mark.length);
    this.#tail = all.subarray(all.length - kept);
    if (all.length > kept) this.#pass(all.subarray(0, all.length - kept));
    if (this.#isWhole || !this.#tail.equals(this.#mark)) return;
    this.#isWhole = true;
    // Now it may end.
    this.#execution?.write("\n");
  }

  resume(): void {
    this.#isHeld = false;
    this.#execution?.resume();
  }

  #pass(bytes: Uint8Array): void {
    this.isEmpty = false;
    if (this.#write(bytes)) return;
    this.#isHeld = true;
    this.#execution?.pause();
  }
}
