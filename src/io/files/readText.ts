// Reads a text file whole: UTF-8, or UTF-16 when its byte order mark says so. Synchronous, because that takes a
// tenth of the time for small files, and whoever checks thousands of them has nothing else to do meanwhile.
import { readFileSync, statSync } from "node:fs";
import { Trouble } from "../../base/trouble.ts";
import { troubleOf } from "./fileTrouble.ts";

export type ReadText =
  | { readonly kind: "text"; readonly text: string }
  /** Holds a NUL byte, as no text does. */
  | { readonly kind: "binary" }
  | { readonly kind: "too-large" };

/**
 * @param maximumBytes a larger file is not read.
 * @throws Trouble when the file is not there, may not be read, or is no regular file.
 */
export function readText(path: string, maximumBytes: number): ReadText {
  try {
    // Asked before it is opened: opening a pipe would wait for somebody to write to it.
    const status = statSync(path);
    if (!status.isFile()) throw new Trouble("bad-input", `${path} is neither a file nor a folder.`);
    if (status.size > maximumBytes) return { kind: "too-large" };
    return decode(readFileSync(path));
  } catch (error) {
    throw troubleOf(path, error);
  }
}

/** As `readText`, quietly: undefined for what can't be read as a text. */
export function textIfReadable(path: string, maximumBytes: number): string | undefined {
  try {
    const read = readText(path, maximumBytes);
    return read.kind === "text" ? read.text : undefined;
  } catch {
    return undefined;
  }
}

/** The text of `bytes` without its byte order mark. */
export function decode(bytes: Uint8Array): ReadText {
  const encoding = encodingOf(bytes);
  if (encoding === "utf-8" && bytes.subarray(0, 8192).includes(0)) return { kind: "binary" };
  return { kind: "text", text: new TextDecoder(encoding).decode(bytes) };
}

export type Encoding = "utf-8" | "utf-16le" | "utf-16be";

export function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}
