// What the status bar says while a context is open that wants care.
import type { Clusters } from "../../../app/stores/clusters.ts";
import { guardWord } from "./row.ts";

export interface GuardStatus {
  /** Codicons as `$(shield)`. */
  text: string;
  tooltip: string;
  /** Shown as a warning. */
  isProtected: boolean;
}

/** Undefined while no such context is open. */
export function guardStatus(clusters: Clusters): GuardStatus | undefined {
  const guarded = clusters.opened.flatMap(({ entry: { name } }) => {
    const guard = clusters.guard(name);
    return guard === "none" ? [] : [{ name, guard }];
  });
  const [first] = guarded;
  if (!first) return undefined;
  const isProtected = guarded.some(({ guard }) => guard === "protected");
  const shown = isProtected ? (guarded.find(({ guard }) => guard === "protected") ?? first) : first;
  const more = guarded.length > 1 ? ` +${guarded.length - 1}` : "";
  return {
    text: `$(${isProtected ? "shield" : "lock"}) ${shown.name}${more}`,
    tooltip: guarded.map(({ name, guard }) => `Context ${name} is open: ${guardWord(guard)}`).join("\n"),
    isProtected,
  };
}
