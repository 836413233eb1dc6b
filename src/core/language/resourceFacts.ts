// What a resource and its quantity mean, for a person who hovers over them.
import { acceleratorName, isAccelerator } from "../kube/accelerators.ts";
import { judgeMigName } from "../gpu/mig.ts";
import { parseQuantity } from "../kube/quantity.ts";

/** Sentences about `name: quantity` of a container's resources; empty for what says enough by itself. */
export function resourceFacts(name: string, quantity: string): string[] {
  const value = parseQuantity(quantity);
  if (name === "cpu" && value !== undefined)
    return [
      `${trimmed(value)} ${value === 1 ? "core" : "cores"}. More is slowed down at the limit, not ended.`,
    ];
  if ((name === "memory" || name === "ephemeral-storage" || name === "sizeLimit") && value !== undefined)
    return [
      bytes(value),
      ...(name === "memory" ? ["A container that takes more than its limit is killed (OOMKilled)."] : []),
    ];
  if (!isAccelerator(name)) return [];
  const mig = /^nvidia\.com\/mig-(.+)$/.exec(name)?.[1];
  if (mig !== undefined) {
    const [slices, memory] = /^(\d+)g\.(\d+)gb/.exec(mig)?.slice(1) ?? [];
    if (judgeMigName(mig).kind !== "known") return ["No MIG profile that NVIDIA's tools know."];
    return [
      `MIG instances with ${slices} of a GPU's 7 compute slices and ${memory} GB of its memory each.`,
      "They are whole numbers, and request and limit are equal.",
    ];
  }
  return [
    `${acceleratorName(name)}s are given whole: a whole number, the same in requests and limits (the limit alone is enough).`,
    "None can be lent to another pod while this one runs.",
  ];
}

function bytes(value: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let amount = value;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const exact = value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  return unit === 0 ? `${exact} bytes.` : `${trimmed(amount)} ${units[unit]} (${exact} bytes).`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
