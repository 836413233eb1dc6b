// Small files that say something about others: read quietly, and again only when they have changed.
import { statSync } from "node:fs";
import { textIfReadable } from "../files/readText.ts";

const MAXIMUM_BYTES = 1024 * 1024;

/** Another one whenever the file has changed; undefined for no file. */
export function stampOf(path: string): string | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    return status?.isFile() ? `${status.mtimeMs} ${status.size} ${status.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Empty for what can't be read as a text: whoever checks the file itself says why. */
export function textAt(path: string): string {
  return textIfReadable(path, MAXIMUM_BYTES) ?? "";
}
