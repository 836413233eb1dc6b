// Kubernetes quantities ("500m", "8Gi", "2e3") as numbers.
// Grammar: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/

const GRAMMAR = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

const MULTIPLIERS: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** Divided, not multiplied, so that "3000m" is exactly 3. */
const DIVISORS: Readonly<Record<string, number>> = { m: 1e3, u: 1e6, n: 1e9 };

/**
 * The value of a Kubernetes quantity in its base unit (cores, bytes, devices).
 * @returns undefined when `text` is not a quantity.
 */
export function parseQuantity(text: string): number | undefined {
  const match = GRAMMAR.exec(text);
  if (!match) return undefined;
  const [, digits = "", suffix, exponent] = match;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  const value = Number(digits);
  if (suffix === undefined) return value;
  const divisor = DIVISORS[suffix];
  return divisor === undefined ? value * (MULTIPLIERS[suffix] ?? 1) : value / divisor;
}

/** Bytes in the largest binary unit that keeps the number whole: 8589934592 is "8Gi", 1500 is "1500". */
export function formatBinaryQuantity(bytes: number): string {
  for (const unit of ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"]) {
    const size = MULTIPLIERS[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
