// How long ago, in words that fit into a tree.

const STEPS: readonly [unitMs: number, word: string, upToMs: number][] = [
  [1_000, "s", 120_000],
  [60_000, "min", 2 * 3_600_000],
  [3_600_000, "h", 2 * 86_400_000],
  [86_400_000, "d", Number.POSITIVE_INFINITY],
];

/** `12 s`, `5 min`, `3 h`, `9 d`. A clock that runs behind the cluster's gives `0 s`. */
export function ageText(durationMs: number): string {
  const duration = Math.max(0, durationMs);
  const step = STEPS.find(([, , upToMs]) => duration < upToMs);
  return step ? `${Math.floor(duration / step[0])} ${step[1]}` : "";
}

/** A day, as `2026-11-27`. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
