// Names and links in an archive that comes from a container: which of them stay inside of the folder that was asked for.

/**
 * The parts of an entry's name below the thing that was copied; none for that thing itself. Undefined for a name that
 * leads anywhere else: an honest tar never sends one.
 */
export function partsBelow(name: string, root: string): string[] | undefined {
  if (name.startsWith("/") || name.includes("\0")) return undefined;
  const [first, ...parts] = name.split("/").filter((part) => part !== "" && part !== ".");
  return first !== root || parts.includes("..") ? undefined : parts;
}

/**
 * True when a symbolic link leads nowhere but into the thing that was copied. `..` counts only at the beginning: the
 * folder that holds the link is a folder, but after a name there may be another link, and from there it leads out.
 */
export function staysInside(parts: readonly string[], target: string): boolean {
  if (target === "" || target.startsWith("/") || target.includes("\0")) return false;
  const steps = target.split("/").filter((part) => part !== "" && part !== ".");
  const down = steps.findIndex((step) => step !== "..");
  const ups = down === -1 ? steps.length : down;
  return ups < parts.length && !steps.slice(ups).includes("..");
}

const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
// Control characters are what is looked for here.
// oxlint-disable-next-line no-control-regex
const FOREIGN = /[\\:*?"<>|\x00-\x1f]|[. ]$/;

/** False for a name that means something else on Windows: another folder, a device, a stream of another file. */
export function isPlainOnWindows(part: string): boolean {
  return !FOREIGN.test(part) && !RESERVED.test(part);
}
