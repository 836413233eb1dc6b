// The files beside a Dockerfile that change what is found in it: its ignore file and hadolint's settings.
import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Beside } from "../../core/rules/dockerfileCheck.ts";
import { fileKind } from "../../core/rules/fileKind.ts";

const MAXIMUM_BYTES = 256 * 1024;
/** Folders above, until one that is the top of a repository. */
const MAXIMUM_FOLDERS = 20;
const HADOLINT = [".hadolint.yaml", ".hadolint.yml"];

/** @param path whole; a file that is not on this disk has nothing beside it. */
export function filesBeside(path: string, text: string): Beside {
  if (!isAbsolute(path) || fileKind(path, text) !== "dockerfile") return {};
  const folder = dirname(path);
  const own = read(`${path}.dockerignore`) ?? read(join(folder, ".dockerignore"));
  const beside: { hadolint: string | undefined; ignored: boolean } = { hadolint: undefined, ignored: false };
  let isThere = false;
  for (const above of foldersFrom(folder)) {
    beside.hadolint ??= HADOLINT.map((name) => read(join(above, name))).find((found) => found !== undefined);
    beside.ignored ||= isFile(join(above, ".dockerignore"));
    isThere = true;
  }
  // An ignore file further up counts only if that folder is the build's context, which nobody knows here.
  const nowhere = isThere && !beside.ignored ? null : undefined;
  return { dockerignore: own ?? nowhere, hadolint: beside.hadolint };
}

/** The folder and those above it, up to the top of the repository; none that is not there. */
function* foldersFrom(start: string): Iterable<string> {
  let folder = start;
  for (let count = 0; count < MAXIMUM_FOLDERS && isThere(folder); count++) {
    yield folder;
    const above = dirname(folder);
    if (above === folder || isThere(join(folder, ".git"))) return;
    folder = above;
  }
}

function read(path: string): string | undefined {
  try {
    const status = statSync(path);
    return status.isFile() && status.size <= MAXIMUM_BYTES ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path) !== undefined;
  } catch {
    return false;
  }
}
