// Looks at the folder that a build gets: its ignore file, and files there that do not get across as they are.
import { access, constants, lstat, readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { type Signal, throwIfAborted } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { ContextFaults, ContextPlace, ContextSearch } from "../../core/image/buildContext.ts";

/** A look must not take longer than the build: what is beyond so many files and folders is not looked at. */
const mostEntries = 20_000;
/** So many of one kind are found; a person needs one to begin with. */
const mostFaults = 100;
const atOnce = 64;

/**
 * The ignore file of a build and its name: that of the Dockerfile before that of the context.
 * @throws Trouble `denied` for one that can't be read, because the builder would go on as if it were empty.
 */
export async function readIgnoreFile(
  dockerfile: string,
  context: string,
  knowsOwn: boolean,
): Promise<{ name: string; text: string } | undefined> {
  const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
  for (const path of [...(knowsOwn ? [own] : []), join(context, ".dockerignore")]) {
    try {
      return { name: basename(path), text: await readFile(path, "utf8") };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EACCES") continue;
      throw new Trouble(
        "denied",
        `You may not read ${path}, and without it nothing is left out of the build. Correct its permissions, then build again.`,
        { cause },
      );
    }
  }
  return undefined;
}

/** What stands in the context at a path that a Dockerfile names. */
export async function placeInContext(context: string, path: string): Promise<ContextPlace> {
  const named = join(context, join("/", path));
  try {
    await lstat(named);
  } catch {
    return { kind: "absent" };
  }
  try {
    const [root, real] = await Promise.all([realpath(context), realpath(named)]);
    const inside = relative(root, real);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      return { kind: "outside", target: real };
    }
    return { kind: "inside", path: inside.split(sep).join("/") };
  } catch {
    // A link that leads nowhere.
    return { kind: "absent" };
  }
}

/** Looks for files that the builder would send empty or can't send, among those that the build takes. */
export async function searchContext(
  context: string,
  search: ContextSearch,
  signal: Signal,
): Promise<ContextFaults> {
  const unreadable: string[] = [];
  const misnamed: string[] = [];
  let left = mostEntries;
  const files = async (paths: readonly string[]) => {
    const denied = await Promise.all(
      paths.map((path) =>
        access(join(context, path), constants.R_OK).then(
          () => false,
          (error: NodeJS.ErrnoException) => error.code === "EACCES",
        ),
      ),
    );
    unreadable.push(...paths.filter((_, index) => denied[index]));
  };
  const folder = async (path: string): Promise<void> => {
    throwIfAborted(signal);
    if (path !== "" && search.skips(path)) return;
    const entries = await readdir(join(context, path), { withFileTypes: true }).catch(() => []);
    let waiting: string[] = [];
    for (const entry of entries) {
      if ((left -= 1) < 0 || unreadable.length >= mostFaults) break;
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      // What is not UTF-8 is read as this sign.
      if (entry.name.includes("\uFFFD") && search.takes(inner)) misnamed.push(inner);
      else if (entry.isFile() && search.takes(inner)) waiting.push(inner);
      else if (entry.isDirectory()) await folder(inner);
      if (waiting.length < atOnce) continue;
      await files(waiting);
      waiting = [];
    }
    await files(waiting);
  };
  for (const root of search.roots) {
    const found = await lstat(join(context, root)).catch(() => undefined);
    if (found?.isDirectory()) await folder(root);
    else if (found?.isFile() && search.takes(root)) await files([root]);
  }
  return { unreadable: unreadable.slice(0, mostFaults), misnamed };
}
