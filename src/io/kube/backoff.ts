// How long to wait before trying again.

const FIRST_MS = 800;
export const longestBackoffMs = 30_000;

/**
 * 0.8 s, doubled with each attempt up to `longestMs`; half of it is left to chance, so that many watches
 * that broke together do not return together.
 * @param attempt 0 for the first wait.
 * @param random gives numbers from 0 up to 1.
 */
export function backoffMs(
  attempt: number,
  random: () => number,
  longestMs: number = longestBackoffMs,
): number {
  const full = Math.min(longestMs, FIRST_MS * 2 ** Math.min(attempt, 16));
  return full / 2 + (random() * full) / 2;
}
