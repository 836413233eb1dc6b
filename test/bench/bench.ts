// What a benchmark is: rows of ours beside a peer's in the same run.

export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What it is measured beside, with the peer's own figure. */
  peer?: string;
  peerValue?: number;
  /** Ours over the peer's. */
  ratio?: number;
  /** The ratio, or the value where there is no peer, that must not be passed. */
  target?: number;
}

export interface Bench {
  name: string;
  run(): Promise<{ rows: BenchRow[] }>;
}

/** The middle of several figures. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What 95 of a hundred do not pass. */
export function percentile95(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length * 0.95)] ?? Number.NaN;
}
