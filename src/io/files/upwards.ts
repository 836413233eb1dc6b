// The folders above a file that may say something about it.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";

/** True when something of this name is there, whatever it is. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** The nearest folder at or above `folder` that git calls a repository or a worktree. */
export function repositoryOf(folder: string): string | undefined {
  return ancestors(folder).find((one) => isThere(join(one, ".git")));
}

/**
 * From `folder` up to the repository's root, or to `top` where that is further up. Without either it is only
 * `folder`: what lies above is somebody else's.
 */
export function foldersUpwards(folder: string, top: string | undefined): string[] {
  const all = ancestors(folder);
  const repository = repositoryOf(folder);
  const ends = [all.indexOf(repository ?? ""), all.indexOf(top ?? "")];
  return all.slice(0, Math.max(0, ...ends) + 1);
}

function ancestors(folder: string): string[] {
  const found = [folder];
  for (let next = dirname(folder); next !== found.at(-1); next = dirname(next)) found.push(next);
  return found;
}
