// Puts a new text into a file that is there, whole or not at all: its encoding and permissions stay as they are.
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { troubleOf } from "./fileTrouble.ts";
import { decode, type Encoding, encodingOf } from "./readText.ts";

/**
 * Replaces the text `before`, as `readText` gave it, by `after`.
 * @throws Trouble, and the file is as it was: when it is a link, may not be written, has changed meanwhile, or
 * can't be written as it was read.
 */
export function replaceText(path: string, before: string, after: string): void {
  try {
    const status = lstatSync(path);
    if (status.isSymbolicLink())
      throw new Trouble(
        "bad-input",
        `${path} is a link and was not changed; name the file that it leads to.`,
      );
    const bytes = readFileSync(path);
    const read = decode(bytes);
    if (read.kind !== "text" || read.text !== before)
      throw new Trouble("conflict", `${path} has changed meanwhile and was left as it is.`);
    const encoding = encodingOf(bytes);
    const marked = encoding !== "utf-8" || bytes.subarray(0, 3).equals(UTF8_MARK);
    if (!encode(before, encoding, marked).equals(bytes))
      throw new Trouble("bad-input", `${path} is no clean ${encoding.toUpperCase()} and was left as it is.`);
    accessSync(path, constants.W_OK);
    replace(path, encode(after, encoding, marked), status);
  } catch (error) {
    throw troubleOf(path, error);
  }
}

/** True for a link, wherever it leads. */
export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Writes a file, whole or not at all; one that is there is replaced. */
export function writeWhole(path: string, text: string): void {
  try {
    replace(path, Buffer.from(text), undefined);
  } catch (error) {
    throw new Trouble("failed", `${path} could not be written: ${causeText(error)}.`, { cause: error });
  }
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function encode(text: string, encoding: Encoding, marked: boolean): Buffer {
  const whole = marked ? `\uFEFF${text}` : text;
  if (encoding === "utf-8") return Buffer.from(whole, "utf8");
  const bytes = Buffer.from(whole, "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}

function replace(
  path: string,
  bytes: Buffer,
  like: { mode: number; uid: number; gid: number } | undefined,
): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.slipway`);
  try {
    const file = openSync(beside, "wx", like?.mode ?? 0o666);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (like) keepOwner(beside, like);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function keepOwner(path: string, { mode, uid, gid }: { mode: number; uid: number; gid: number }): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // Only root may give files away; whoever else may write here owns the new one.
  }
  chmodSync(path, mode & 0o7777);
}
