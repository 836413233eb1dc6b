// The kubectl command line that shows an object, as a person pastes it into a terminal.
import type { Kind } from "./kind.ts";

/** The kind's plural and group leave no doubt which is meant: `jobs.batch`, `jobs.batch.volcano.sh`. */
export function kubectlLine(
  context: string,
  { plural, group }: Pick<Kind, "plural" | "group">,
  namespace: string | undefined,
  name: string,
): string {
  const type = group === "" ? plural : `${plural}.${group}`;
  // After a slash no name is taken for an option.
  const words = ["get", `${type}/${name}`, ...(namespace === undefined ? [] : ["-n", namespace])];
  return ["kubectl", "--context", context, ...words].map(quoted).join(" ");
}

/** A word as shells of Unix and PowerShell read it; what they read differently is quoted for those of Unix. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
