// Reads an answer chunk by chunk, unpacked, without the cost of an async iterator for each of them.
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Answer } from "./answer.ts";

/** Unpacked pieces of this size: fewer and larger than those of the network. */
const CHUNK_BYTES = 64 * 1024;
/** Unpacking goes on this far while what it gave is still being read. */
const AHEAD_BYTES = 1024 * 1024;
/**
 * More is not read in one turn of the event loop. What waits on a connection is else read up to 32 times before others
 * have their turn, in records of an object each: a stream of 10,000 pods held the loop up for 54 ms.
 */
const TURN_BYTES = 256 * 1024;

/** The body as it was before the server packed it; unpacking is done beside the event loop. */
export function unpacked(answer: Answer): Readable {
  if (answer.headers["content-encoding"] !== "gzip") return answer;
  // What goes wrong comes out of the last stream.
  const options = { chunkSize: CHUNK_BYTES, readableHighWaterMark: AHEAD_BYTES };
  return pipeline(answer, createGunzip(options), () => {});
}

/**
 * Hands what arrives to `take`, all that one turn of the loop brought in one piece: an API server sends each
 * object of a list alone, 8,442 pieces for 5,000 pods. While the promise that `take` may give is pending nothing
 * more is read. Resolves at the end; rejects with what `take` threw, or when the connection is cut, and the
 * answer is destroyed then.
 */
export function eachChunk(
  answer: Readable,
  take: (chunk: Buffer) => Promise<void> | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let pieces: Buffer[] = [];
    let bytes = 0;
    let isTaking = false;
    let isPlanned = false;
    let isWhole = false;
    let isFailed = false;
    const fail = (error: unknown) => {
      isFailed = true;
      pieces = [];
      reject(error instanceof Error ? error : new Error(String(error)));
      answer.destroy();
    };
    const plan = () => {
      if (isPlanned || isTaking) return;
      isPlanned = true;
      setImmediate(go);
    };
    const go = () => {
      isPlanned = false;
      if (isFailed) return;
      const [first, ...more] = pieces;
      const isFull = bytes >= TURN_BYTES;
      pieces = [];
      bytes = 0;
      if (!first) {
        if (isWhole) resolve();
        return;
      }
      try {
        const wait = take(more.length === 0 ? first : Buffer.concat([first, ...more]));
        if (!wait) {
          if (isWhole) resolve();
          else if (isFull) answer.resume();
          return;
        }
        isTaking = true;
        answer.pause();
        wait.then(() => {
          isTaking = false;
          answer.resume();
          plan();
        }, fail);
      } catch (error) {
        fail(error);
      }
    };
    // It may have failed before it is read.
    if (answer.destroyed && !answer.readableEnded) return fail(answer.errored ?? cut());
    answer.on("data", (piece: Buffer) => {
      if (isFailed) return;
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= TURN_BYTES) answer.pause();
      plan();
    });
    // It comes right after the last piece, also while an earlier one is still being taken and the answer rests.
    answer.once("end", () => {
      isWhole = true;
      plan();
    });
    answer.once("error", fail);
    answer.once("close", () => {
      if (!isWhole) fail(cut());
    });
  });
}

function cut(): Error {
  return Object.assign(new Error("The answer was cut"), { code: "ECONNRESET" });
}
