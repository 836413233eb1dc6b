// Reads a text file whole: UTF-8, or UTF-16 when its byte order mark says so.
import { readFile, stat } from "node:fs/promises";
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
export async function readText(path: string, maximumBytes: number): Promise<ReadText> {
  try {
    // Asked before it is opened: opening a pipe would wait for somebody to write to it.
    const status = await stat(path);
    if (!status.isFile()) throw new Trouble("bad-input", `${path} is neither a file nor a folder.`);
    if (status.size > maximumBytes) return { kind: "too-large" };
    return decode(await readFile(path));
  } catch (error) {
    throw troubleOf(path, error);
  }
}

/** The text of `bytes` without its byte order mark. */
export function decode(bytes: Uint8Array): ReadText {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : utf16BigEndian(bytes) ? "utf-16be" : "utf-8";
  if (encoding === "utf-8" && bytes.subarray(0, 8192).includes(0)) return { kind: "binary" };
  return { kind: "text", text: new TextDecoder(encoding).decode(bytes) };
}

function utf16BigEndian(bytes: Uint8Array): boolean {
  return bytes[0] === 0xfe && bytes[1] === 0xff;
}
