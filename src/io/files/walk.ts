// Lists the files under a path, in a steady order. Links to folders are not followed, so no loop can catch it.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Signal, throwIfAborted } from "../../base/signal.ts";
import type { Trouble } from "../../base/trouble.ts";
import { troubleOf } from "./fileTrouble.ts";

/** Folders that hold other people's files, or none that a person wrote. */
const SKIPPED = new Set([".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__", ".terraform"]);

export interface WalkOptions {
  /** Which files to list, by name; a path that is itself a file is always listed. */
  readonly wanted: (path: string) => boolean;
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
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    throwIfAborted(signal);
    const inner: string[] = [];
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!SKIPPED.has(entry.name)) inner.push(path);
        } else if (
          options.wanted(path) &&
          (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path))))
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

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
