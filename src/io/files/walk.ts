// Lists the files under a path, in a steady order. Links to folders are not followed, so no loop can catch it.
import { readdir, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Signal, throwIfAborted } from "../../base/signal.ts";
import type { Trouble } from "../../base/trouble.ts";
import { troubleOf } from "./fileTrouble.ts";
import { Ignored } from "./ignored.ts";

/** Folders that hold other people's files, or none that a person wrote. */
const SKIPPED = new Set([".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".terraform"]);

export interface WalkOptions {
  /** Which files to list, by name; a path that is itself a file is always listed. */
  readonly wanted: (path: string) => boolean;
  /** Lists also what git ignores. */
  readonly all?: boolean;
  /** Called for a folder that cannot be read; the walk goes on. */
  readonly onTrouble: (trouble: Trouble) => void;
}

/** @throws Trouble when `root` itself is not there or may not be read. */
export async function* walk(root: string, options: WalkOptions, signal: Signal): AsyncGenerator<string> {
  try {
    if (!(await stat(root)).isDirectory()) {
      yield root;
      return;
    }
  } catch (error) {
    throw troubleOf(root, error);
  }
  const none = options.all ? new Ignored(root, []) : Ignored.above(resolve(root));
  const folders = [{ folder: root, above: none }];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    throwIfAborted(signal);
    const { folder } = next;
    const inner: typeof folders = [];
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      const own = !options.all && entries.some(({ name }) => name === ".gitignore");
      const ignored = own ? next.above.inside(resolve(folder)) : next.above;
      for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!SKIPPED.has(entry.name) && !ignored.has(resolve(path), true))
            inner.push({ folder: path, above: ignored });
        } else if (
          options.wanted(path) &&
          (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) &&
          !ignored.has(resolve(path), false)
        ) {
          yield path;
        }
      }
    } catch (error) {
      options.onTrouble(troubleOf(folder, error));
    }
    folders.push(...inner.reverse());
  }
}

/** True when a walk from `root` would come to `path`, which is below it and need not be there any more. */
export function isWalked(root: string, path: string, isFolder: boolean): boolean {
  const names = relative(root, path).split(sep);
  if (names[0] === ".." || names[0] === "") return false;
  if (names.slice(0, isFolder ? undefined : -1).some((name) => SKIPPED.has(name))) return false;
  let ignored = Ignored.above(resolve(root)).inside(resolve(root));
  let current = root;
  for (const [index, name] of names.entries()) {
    current = join(current, name);
    const isLast = index === names.length - 1;
    if (ignored.has(resolve(current), !isLast || isFolder)) return false;
    if (!isLast) ignored = ignored.inside(resolve(current));
  }
  return dirname(current) !== current;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
