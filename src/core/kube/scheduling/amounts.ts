// Amounts of resources as the scheduler counts them: whole numbers, cpu in thousandths of a core.
import { addTo } from "../podSum.ts";
import { parseQuantity } from "../quantity.ts";

/** By resource name: thousandths of a core for `cpu`, bytes of memory and storage, devices of the others. */
export type Amounts = Readonly<Record<string, number>>;

/** Rounded up, as the scheduler does; what is no quantity is left out. */
export function amountsOf(quantities: Readonly<Record<string, unknown>>): Amounts {
  const amounts: Record<string, number> = {};
  for (const [name, quantity] of Object.entries(quantities)) {
    if (name === "__proto__") continue;
    const value = parseQuantity(String(quantity));
    if (value === undefined) continue;
    // A thousandth of a thousandth of slack for what a double can't hold.
    amounts[name] = Math.ceil((name === "cpu" ? value * 1000 : value) - 1e-6);
  }
  return amounts;
}

export function addAmounts(one: Amounts, other: Amounts): Amounts {
  const sum = { ...one };
  addTo(sum, other);
  return sum;
}
