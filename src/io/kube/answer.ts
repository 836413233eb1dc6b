// What a server answers, while it arrives.
import type { Readable } from "node:stream";

/** A body on its way, and the headers that came before it. */
export type Answer = Readable & {
  readonly statusCode?: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};
