// Time that this thread has worked, for tests that a thing ends: beside others that keep the machine busy, the clock on
// the wall says little of it.

/** In milliseconds; only differences mean something. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What `work` takes on a quiet machine. */
const QUIET_MS = 50;

/**
 * True for work that would have taken no longer on a quiet machine: two that share a core take twice the time of the
 * processor each, so what is too long is held against how long known work takes now.
 */
export function isWithin(ms: number, limitMs: number): boolean {
  if (ms < limitMs) return true;
  const before = cpuMs();
  work();
  return ms < (limitMs * (cpuMs() - before)) / QUIET_MS;
}

function work(): number {
  const words = new Map<string, number>();
  for (let index = 0; index < 400_000; index++) {
    const word = `word-${index % 5_003}`;
    words.set(word, (words.get(word) ?? 0) + word.length);
  }
  return words.size;
}
