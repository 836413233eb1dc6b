// Reads an answer chunk by chunk, unpacked, without the cost of an async iterator for each of them.
import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Unpacked pieces of this size: fewer and larger than those of the network. */
const CHUNK_BYTES = 64 * 1024;
/** Unpacking goes on this far while what it gave is still being read. */
const AHEAD_BYTES = 1024 * 1024;

/** The body as it was before the server packed it; unpacking is done beside the event loop. */
export function unpacked(answer: IncomingMessage): Readable {
  if (answer.headers["content-encoding"] !== "gzip") return answer;
  // What goes wrong comes out of the last stream.
  const options = { chunkSize: CHUNK_BYTES, readableHighWaterMark: AHEAD_BYTES };
  return pipeline(answer, createGunzip(options), () => {});
}

/**
 * Hands each chunk to `take`; while the promise it may give is pending nothing more is read. Resolves at the
 * end; rejects with what `take` threw, or when the connection is cut, and the answer is destroyed then.
 */
export function eachChunk(
  answer: Readable,
  take: (chunk: Buffer) => Promise<void> | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let pending: Promise<void> | undefined;
    let isWhole = false;
    const fail = (error: unknown) => {
      reject(error instanceof Error ? error : new Error(String(error)));
      answer.destroy();
    };
    answer.on("data", (chunk: Buffer) => {
      try {
        const wait = take(chunk);
        if (!wait) return;
        answer.pause();
        pending = wait.then(() => {
          pending = undefined;
          answer.resume();
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
    // It comes right after the last chunk, also while that one is still being taken and the answer rests.
    answer.once("end", () => {
      isWhole = true;
      if (pending) void pending.then(resolve);
      else resolve();
    });
    answer.once("error", fail);
    answer.once("close", () => {
      if (!isWhole) fail(Object.assign(new Error("The answer was cut"), { code: "ECONNRESET" }));
    });
  });
}
