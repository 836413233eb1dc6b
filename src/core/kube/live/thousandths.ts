// Amounts as quotas and limits compare them: whole thousandths of whatever is counted, so that sums are exact.
import { entriesOf, type SyntaxNode, textOf } from "../../syntax/node.ts";
import { parseQuantity } from "../quantity.ts";

/** By resource name: thousandths of a core, a byte or a device. */
export type Thousandths = Readonly<Record<string, number>>;

/** Rounded up, as the API server does; undefined for what is no quantity. */
export function thousandths(quantity: string): number | undefined {
  const value = parseQuantity(quantity);
  // Slack for what a double can't hold.
  return value === undefined ? undefined : Math.ceil(value * 1000 - 1e-6);
}

/** The quantities of a map of the API; what is none is left out. */
export function thousandthsOf(quantities: Readonly<Record<string, unknown>>): Thousandths {
  return fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, String(quantity)]));
}

/** The same of a map in a manifest. */
export function thousandthsAt(node: SyntaxNode | undefined): Thousandths {
  return fromEntries(entriesOf(node).map(({ key, value }) => [key.text, textOf(value) ?? ""]));
}

function fromEntries(entries: readonly (readonly [string, string])[]): Thousandths {
  const found: Record<string, number> = {};
  for (const [name, quantity] of entries) {
    const amount = thousandths(quantity);
    if (amount !== undefined && name !== "__proto__") found[name] = amount;
  }
  return found;
}

/** For a person: `2`, `500m` and `1.5` of cpu or devices, `8Gi` of memory. */
export function thousandthsText(resource: string, amount: number): string {
  const isBytes = /(?:^|\.)(?:memory|ephemeral-storage|storage)$|hugepages-/.test(resource);
  const whole = amount / 1000;
  if (!isBytes) return Number.isInteger(whole) ? String(whole) : `${amount}m`;
  for (const [unit, size] of [
    ["Ti", 2 ** 40],
    ["Gi", 2 ** 30],
    ["Mi", 2 ** 20],
    ["Ki", 2 ** 10],
  ] as const)
    if (whole >= size)
      return `${Number.isInteger(whole / size) ? whole / size : (whole / size).toFixed(1)}${unit}`;
  return String(whole);
}
