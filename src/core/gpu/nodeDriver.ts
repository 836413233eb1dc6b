// The NVIDIA driver of a node, as GPU Feature Discovery labels it: in its older and its newer words.
// Source: https://github.com/NVIDIA/k8s-device-plugin/tree/main/docs/gpu-feature-discovery#generated-labels

export interface NodeDriver {
  readonly major: number;
  /** As whole as it is known: `535.183.06`. */
  readonly text: string;
}

/** Undefined where no label says it. */
export function driverOf(labels: Readonly<Record<string, string>>): NodeDriver | undefined {
  const label = (name: string) => (Object.hasOwn(labels, name) ? labels[name] : undefined);
  const full = label("nvidia.com/cuda.driver-version.full");
  const major =
    label("nvidia.com/cuda.driver-version.major") ??
    label("nvidia.com/cuda.driver.major") ??
    full?.split(".")[0];
  if (major === undefined || !/^\d+$/.test(major)) return undefined;
  const parts = ["minor", "rev"].map((part) => label(`nvidia.com/cuda.driver.${part}`));
  const written = [major, ...parts.filter((part) => part !== undefined)].join(".");
  return { major: Number(major), text: full ?? written };
}
