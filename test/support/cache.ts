// The cache of the engines: one folder outside the clone, one entry per name and version.
//
// An entry is built in a sibling folder and renamed when it is whole, so that a reader never meets half of
// one. A lock keeps two runs from building the same entry twice; should both build it all the same (a lock
// taken from a run that only seemed dead), the second rename finds the entry there and throws its own away.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const heartbeatMs = 5_000;
const lockIsStaleAfterMs = 60_000;

/** The folder of all entries: SLIPWAY_ENGINES_CACHE, else slipway-engines in the user's cache folder. */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment["SLIPWAY_ENGINES_CACHE"];
  if (chosen) return chosen;
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "slipway-engines");
}

/** The folder of an entry, whether it is there or not. */
export function entryFolder(name: string, version: string): string {
  return join(cacheRoot(), `${name}-${version}`.replace(/[^A-Za-z0-9._-]/g, "_"));
}

/** Whether an entry is there, whole. */
export function hasEntry(name: string, version: string): boolean {
  return existsSync(entryFolder(name, version));
}

/**
 * The folder of an entry, built first when it is not there.
 *
 * @param build fills the empty folder that it is given; when it throws, nothing is kept.
 */
export async function cached(
  name: string,
  version: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const entry = entryFolder(name, version);
  if (existsSync(entry)) return entry;
  await mkdir(cacheRoot(), { recursive: true });
  const release = await takeLock(`${entry}.lock`);
  try {
    if (existsSync(entry)) return entry;
    await sweepUnfinished(entry);
    const building = `${entry}.building-${process.pid}`;
    await mkdir(building);
    // Minutes of silence would look like a test that hangs.
    const notice = setTimeout(() => console.error(`Getting ${name} ${version}, once per machine ...`), 3_000);
    try {
      await build(building);
      await publish(building, entry);
    } finally {
      clearTimeout(notice);
      await rm(building, { recursive: true, force: true });
    }
    return entry;
  } finally {
    await release();
  }
}

async function publish(building: string, entry: string): Promise<void> {
  try {
    await rename(building, entry);
  } catch (error) {
    if (!existsSync(entry)) throw error;
  }
}

/** Whoever holds the lock knows that every unfinished sibling belongs to a run that died. */
async function sweepUnfinished(entry: string): Promise<void> {
  const siblings = await readdir(cacheRoot());
  for (const sibling of siblings) {
    const path = join(cacheRoot(), sibling);
    if (path.startsWith(`${entry}.building-`)) await rm(path, { recursive: true, force: true });
  }
}

async function takeLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (await isStale(path)) await rm(path, { force: true });
      else await sleep(250);
    }
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), heartbeatMs);
  heartbeat.unref();
  return async () => {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  };
}

async function isStale(path: string): Promise<boolean> {
  try {
    const owner = Number(await readFile(path, "utf8"));
    if (owner > 0 && !isAlive(owner)) return true;
    return Date.now() - (await stat(path)).mtimeMs > lockIsStaleAfterMs;
  } catch {
    // It was released between the two looks.
    return false;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
