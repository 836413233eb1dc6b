// What git leaves alone: the .gitignore files from the repository's root down, and its own `info/exclude`.
// https://git-scm.com/docs/gitignore
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type PathPattern, pathPattern } from "../../core/syntax/pathPattern.ts";
import { isThere, repositoryOf } from "./upwards.ts";

/** The patterns that hold in one folder; those of the folders above it count less. */
export class Ignored {
  readonly #folder: string;
  readonly #patterns: readonly PathPattern[];
  readonly #above: Ignored | undefined;

  constructor(folder: string, patterns: readonly PathPattern[], above?: Ignored) {
    this.#folder = folder;
    this.#patterns = patterns;
    this.#above = above;
  }

  /** What holds in `folder` by what lies above it; outside of a repository that is nothing. */
  static above(folder: string): Ignored {
    const repository = repositoryOf(folder);
    if (repository === undefined) return new Ignored(folder, []);
    let ignored = new Ignored(repository, patternsIn(excludeFileOf(repository)));
    const below = relative(repository, folder).split(sep).filter(Boolean);
    let current = repository;
    for (const name of below) {
      ignored = ignored.inside(current);
      current = join(current, name);
    }
    return ignored;
  }

  /** With the .gitignore of `folder`, if it has one. */
  inside(folder: string): Ignored {
    const patterns = patternsIn(join(folder, ".gitignore"));
    return patterns.length > 0 ? new Ignored(folder, patterns, this) : this;
  }

  /** @param path absolute, of something directly in a folder that is itself not ignored. */
  has(path: string, isFolder: boolean): boolean {
    const below = relative(this.#folder, path).replaceAll(sep, "/");
    const last = this.#patterns.findLast((pattern) => pattern.matches(below, isFolder));
    return last ? !last.negated : (this.#above?.has(path, isFolder) ?? false);
  }
}

function patternsIn(path: string): PathPattern[] {
  if (!isThere(path)) return [];
  try {
    return readFileSync(path, "utf8")
      .replace(/^\uFEFF/, "")
      .split("\n")
      .flatMap((line) => pathPattern(line) ?? []);
  } catch {
    return [];
  }
}

/** In a worktree or a submodule, `.git` is a file that says where git keeps its own. */
function excludeFileOf(repository: string): string {
  const git = join(repository, ".git");
  try {
    const named = /^gitdir: (.+)/.exec(readFileSync(git, "utf8"))?.[1];
    if (named === undefined) return join(git, "info", "exclude");
    const own = resolve(dirname(git), named.trim());
    const common = join(own, "commondir");
    const shared = isThere(common) ? resolve(own, readFileSync(common, "utf8").trim()) : own;
    return join(shared, "info", "exclude");
  } catch {
    // A folder, as mostly.
    return join(git, "info", "exclude");
  }
}
