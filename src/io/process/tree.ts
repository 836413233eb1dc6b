// Ends a process with everything it started: the group, and what has left the group for one of its own.
import { type ChildProcess, execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";

/** How long a process may take to end by itself before it is killed. */
export const graceMs = 3000;

/**
 * Asks the tree under `child` to end (SIGTERM) and kills it after `graceMs`. The child must have been
 * started as the leader of its own group. On Windows, where there is no asking, the tree is ended at once.
 */
export function endTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") {
    execFile("taskkill", ["/pid", String(pid), "/T", "/F"], () => {});
    return;
  }
  void endGroupAndOthers(child, pid);
}

/** Asks the group that `child` leads to end, before this returns. */
export function askGroup({ pid }: ChildProcess): void {
  if (pid === undefined || process.platform === "win32") return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // Ended already.
  }
}

async function endGroupAndOthers(child: ChildProcess, pid: number): Promise<void> {
  // The list is taken before the first signal: an orphan no longer says whose child it was.
  const others = descendants(await parents(), pid);
  const send = (signal: NodeJS.Signals) => {
    for (const target of [-pid, ...others]) {
      try {
        process.kill(target, signal);
      } catch {
        // Ended already.
      }
    }
  };
  send("SIGTERM");
  const timer = setTimeout(() => send("SIGKILL"), graceMs);
  child.once("close", () => {
    clearTimeout(timer);
    // Whoever outlived the leader gets no more time.
    send("SIGKILL");
  });
}

/** Pairs of process id and parent's id of all processes that can be seen; empty where that can't be had. */
async function parents(): Promise<[pid: number, parent: number][]> {
  if (process.platform === "linux") {
    // From the kernel itself: a small image has no `ps`.
    const ids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
    const stats = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, "latin1").catch(() => "")));
    return stats.flatMap((stat, index): [number, number][] => {
      // The name in brackets may hold anything, also brackets and spaces.
      const parent = stat
        .slice(stat.lastIndexOf(")") + 1)
        .trim()
        .split(" ")[1];
      return parent === undefined ? [] : [[Number(ids[index]), Number(parent)]];
    });
  }
  return new Promise((resolve) => {
    execFile("ps", ["-A", "-o", "pid=,ppid="], { timeout: 1000 }, (_error, listing) => {
      const lines = (listing ?? "").split("\n").map((line) => line.trim().split(/\s+/).map(Number));
      resolve(lines.flatMap(([pid, parent]) => (pid && parent !== undefined ? [[pid, parent]] : [])));
    });
  });
}

/** Process ids below `root`, children and theirs. */
export function descendants(
  pairs: readonly (readonly [pid: number, parent: number])[],
  root: number,
): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of pairs) {
    const known = children.get(parent);
    if (known) known.push(pid);
    else children.set(parent, [pid]);
  }
  const found = new Set<number>();
  const open = [...(children.get(root) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || next === root) continue;
    found.add(next);
    open.push(...(children.get(next) ?? []));
  }
  return [...found];
}
