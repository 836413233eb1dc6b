// The body of an answer in one piece.
import { abortError, type Signal } from "../../base/signal.ts";
import { ApiFailure } from "./apiFailure.ts";
import { withRequestId } from "./requestId.ts";
import { timeoutError } from "./timeout.ts";
import type { Answer } from "./answer.ts";

/** The whole body of an answer, of at most `limitBytes`. @throws when it is cut, late or larger. */
export function collect(
  answer: Answer,
  signal: Signal,
  timeoutMs: number,
  limitBytes = 64 * 1024 * 1024,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => answer.destroy(timeoutError()), timeoutMs);
    answer.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else answer.destroy(new ApiFailure(502, "", "The answer is too large"));
    });
    answer.once("end", () => resolve(Buffer.concat(chunks)));
    answer.once("error", (error) => reject(signal.aborted ? abortError() : withRequestId(error, answer)));
    answer.once("close", () => {
      clearTimeout(timer);
      // After `end` this changes nothing; without it the answer was cut.
      reject(
        signal.aborted
          ? abortError()
          : withRequestId(Object.assign(new Error("The answer was cut"), { code: "ECONNRESET" }), answer),
      );
    });
  });
}
