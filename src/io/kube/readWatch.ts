// Hands on the events of a watch in short slices of work.
import { eachChunk } from "./chunks.ts";
import { Pace } from "./pace.ts";
import type { Answer } from "./answer.ts";
import type { WatchFrame, WatchFrames } from "./watchFrames.ts";

export interface WatchReader {
  /** Bytes came, whatever is in them. */
  heard(): void;
  take(frame: WatchFrame): void;
  /** What was taken should be handed on: after each piece of the stream, and when others wait for their turn. */
  hand(why: "piece" | "turn"): void;
}

/** Resolves when the server has ended the watch. @throws what `take` throws, and for a connection that was cut. */
export async function readWatch(answer: Answer, frames: WatchFrames, reader: WatchReader): Promise<void> {
  const pace = new Pace();
  await eachChunk(answer, (chunk) => {
    reader.heard();
    const events = frames.push(chunk)[Symbol.iterator]();
    const go = (): Promise<void> | undefined => {
      for (let one = events.next(); !one.done; one = events.next()) {
        reader.take(one.value);
        if (!pace.isDue) continue;
        reader.hand("turn");
        return pace.rest().then(go);
      }
      reader.hand("piece");
      return undefined;
    };
    return go();
  });
  frames.end();
}
