// What a process's memory grew by, out of one sample a second.

export interface Memory {
  grownMiB: number;
  mibPerMinute: number;
}

export const MEBIBYTE = 1024 * 1024;
/** A single sample may be taken right before or after the collector has been. */
const AROUND_SECONDS = 10;

/** @param warmSeconds from when on it counts. */
export function growth(rssBytes: readonly number[], warmSeconds: number): Memory {
  const counted = rssBytes.slice(Math.round(warmSeconds)).map((bytes) => bytes / MEBIBYTE);
  const first = mean(counted.slice(0, AROUND_SECONDS));
  const last = mean(counted.slice(-AROUND_SECONDS));
  return { grownMiB: last - first, mibPerMinute: slope(counted) * 60 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the line that fits best, by sample. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const average = mean(values);
  const both = values.reduce((sum, value, at) => sum + (at - middle) * (value - average), 0);
  return both / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}
