// The MIG profiles that NVIDIA's own tools know, as of 2026-08.
// Source: https://github.com/NVIDIA/mig-parted/blob/main/deployments/systemd/config-default.yaml and
// https://docs.nvidia.com/datacenter/tesla/mig-user-guide/

/** Memory sizes in GB that exist for each number of compute slices, over all MIG-capable GPUs. */
const MEMORY_GB: Readonly<Record<number, readonly number[]>> = {
  1: [5, 6, 10, 12, 18, 20, 23, 24, 34, 35, 36, 45, 47, 67, 70],
  2: [10, 12, 20, 24, 35, 36, 45, 47, 48, 67, 70],
  3: [20, 40, 47, 48, 71, 72, 90, 93, 95, 135, 139],
  4: [20, 24, 40, 47, 48, 71, 72, 90, 93, 95, 96, 135, 139],
  7: [40, 80, 94, 96, 141, 144, 180, 186, 189, 269, 278],
};

/** What may follow a profile: media engines (`me`), graphics (`gfx`). The device plugin writes `.` for `+`. */
const ATTRIBUTES = ["me", "gfx", "me.all", "-me"];

/** The profiles without attributes, smallest first, such as `1g.10gb`. */
export function migProfiles(): string[] {
  return Object.entries(MEMORY_GB).flatMap(([slices, sizes]) => sizes.map((size) => `${slices}g.${size}gb`));
}

export type MigName =
  | { readonly kind: "known" }
  /** Written with `+` where the resource name has `.`. */
  | { readonly kind: "plus"; readonly corrected: string }
  | { readonly kind: "unknown"; readonly nearby: readonly string[] };

/** Judges what follows `nvidia.com/mig-` in a resource name. */
export function judgeMigName(name: string): MigName {
  // A slice that is shared by time-slicing is renamed like a whole GPU.
  const match = /^(\d+)g\.(\d+)gb(?:([.+-])(.+))?$/.exec(name.replace(/\.shared$/, ""));
  const slices = Number(match?.[1]);
  const sizes = MEMORY_GB[slices] ?? [];
  const memory = Number(match?.[2]);
  const separator = match?.[3];
  const attribute = match?.[4];
  const attributeKnown =
    attribute === undefined ||
    ATTRIBUTES.includes(separator === "-" ? `-${attribute}` : attribute.replaceAll("+", "."));
  if (!match || !sizes.includes(memory) || !attributeKnown)
    return { kind: "unknown", nearby: nearby(slices, memory) };
  if (name.includes("+")) return { kind: "plus", corrected: name.replaceAll("+", ".") };
  return { kind: "known" };
}

/** The real profiles next to an invented one: same slices and the nearest memory first. */
function nearby(slices: number, memoryGB: number): string[] {
  const sizes = MEMORY_GB[slices];
  if (!sizes) return ["1g.10gb", "2g.20gb", "3g.40gb", "7g.80gb"];
  const wanted = Number.isFinite(memoryGB) ? memoryGB : 0;
  const sorted = sizes.toSorted(
    (one, other) => Math.abs(one - wanted) - Math.abs(other - wanted) || one - other,
  );
  return sorted.slice(0, 3).map((size) => `${slices}g.${size}gb`);
}
