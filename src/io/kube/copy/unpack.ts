// An archive that a container sends, written into a folder of its own. The container is not trusted: nothing is
// written outside of that folder, over anything, or through a link. Links are made last, when all files are there.
import { link, lstat, mkdir, open, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Extract, Header } from "tar-stream";
import { plainName } from "../../../base/plainName.ts";
import { Trouble } from "../../../base/trouble.ts";
import { isPlainOnWindows, partsBelow, staysInside } from "../../../core/kube/copy/names.ts";
import { Pace } from "../pace.ts";
import { type CopySums, leaveOut, type OnCopied } from "./transfer.ts";

/** Links wait in memory until the end: so many. */
const MOST_LINKS = 100_000;

/** What tells that an entry of an archive can't stand where it wants to; whoever copies does without it. */
const TAKEN = new Set(["EEXIST", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "EINVAL", "ENOENT"]);

interface WaitingLink {
  name: string;
  path: string;
  target: string;
}

export interface Unpacked {
  /** none: the archive was empty · a link leads elsewhere, and is not made. */
  root: "file" | "folder" | "none" | { link: string };
}

/**
 * @param root what the archive calls the thing that was asked for.
 * @param at where the thing itself is to stand; its folder is there and nobody else's.
 * @throws Trouble for an archive that wants to write elsewhere; what the stream or the disk throws.
 */
export async function unpack(
  archive: Extract,
  { root, at, sums, onCopied }: { root: string; at: string; sums: CopySums; onCopied: OnCopied },
  isWindows = process.platform === "win32",
): Promise<Unpacked> {
  let found: Unpacked["root"] = "none";
  const links: WaitingLink[] = [];
  const pace = new Pace();
  /** The folder that was made last: what stands in one mostly comes together. */
  let made: string | undefined;
  const makeFolder = async (folder: string) => {
    if (folder !== made) await mkdir(folder, { recursive: true });
    made = folder;
  };
  for await (const entry of archive) {
    const { name, type } = entry.header;
    const parts = partsBelow(name, root);
    if (!parts) throw leadsOut(name);
    const path = join(at, ...parts);
    const symbolic = type === "symlink" ? linkOf(entry.header, parts) : undefined;
    if (parts.length === 0 && type === "symlink") {
      found = { link: entry.header.linkname };
      entry.resume();
      continue;
    }
    const isPlain = !isWindows || parts.every(isPlainOnWindows);
    const write = async () => {
      if (!isPlain || (parts.length === 0 && !isFile(type) && type !== "directory")) return false;
      const isLink = symbolic !== undefined && links.length < MOST_LINKS;
      if (!isLink && type !== "directory" && type !== "link" && !isFile(type)) return false;
      if (parts.length > 0) await makeFolder(dirname(path));
      if (isLink) {
        links.push({ name, path, target: symbolic });
        return true;
      }
      if (type === "directory") await makeFolder(path);
      else if (type === "link") return hardLink(entry.header, root, at, path);
      else if (isFile(type)) await writeFile(path, entry, entry.header, sums, onCopied);
      else return false;
      return true;
    };
    const isDone = await orTaken(write);
    if (!isDone) leaveOut(sums, plainName(name));
    else if (found === "none") found = parts.length === 0 && type !== "directory" ? "file" : "folder";
    entry.resume();
    // Where nothing is written, nothing waits for the disk.
    if (pace.isDue) await pace.rest();
  }
  for (const { name, path, target } of links) {
    const isMade = await symlink(target, path).then(
      () => true,
      () => false,
    );
    if (!isMade) leaveOut(sums, plainName(name));
  }
  return { root: found };

  function linkOf({ linkname }: Header, parts: readonly string[]): string | undefined {
    if (isWindows && /[\\:]/.test(linkname)) return undefined;
    return staysInside(parts, linkname) ? linkname : undefined;
  }
}

function isFile(type: Header["type"]): boolean {
  return type === "file" || type === "contiguous-file";
}

/** True when it was done; false when something else stands there, as it does for names that differ in case only. */
async function orTaken(write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Error && "code" in error && TAKEN.has(String(error.code))) return false;
    throw error;
  }
}

/** A second name of a file that came before. */
async function hardLink({ linkname }: Header, root: string, at: string, path: string): Promise<boolean> {
  const parts = partsBelow(linkname, root);
  if (!parts) throw leadsOut(linkname);
  const target = join(at, ...parts);
  // No link stands in the folder yet, so that this is the file itself.
  if (!(await lstat(target)).isFile()) return false;
  await link(target, path);
  return true;
}

async function writeFile(
  path: string,
  bytes: AsyncIterable<unknown>,
  { mode, mtime }: Header,
  sums: CopySums,
  onCopied: OnCopied,
): Promise<void> {
  const isExecutable = (mode & 0o111) !== 0;
  // Only a file that is not there: nothing is overwritten, and no link is followed.
  const file = await open(path, "wx", isExecutable ? 0o777 : 0o666);
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      await file.writeFile(chunk);
      sums.bytes += chunk.byteLength;
      onCopied(sums);
    }
    if (Number.isFinite(mtime.getTime())) await file.utimes(mtime, mtime).catch(() => {});
  } finally {
    await file.close();
  }
  sums.files += 1;
  onCopied(sums);
}

function leadsOut(name: string): Trouble {
  return new Trouble(
    "refused-by-policy",
    `Nothing was copied: what the container sent names a file outside of what was asked for (${plainName(name, 80)}). Its tar is not to be trusted.`,
  );
}
