// Which contexts are handled with care: patterns of their names, from the settings.
import { Trouble } from "../../base/trouble.ts";

/** none · protected: what destroys is asked for by name · readOnly: nothing is changed. */
export type Guard = "none" | "protected" | "readOnly";

/** Patterns of names: `*` stands for anything, `!` takes away again, the last that fits counts; case is no matter. */
export interface GuardPatterns {
  readonly readOnly: readonly string[];
  readonly protected: readonly string[];
}

export function contextGuard(context: string, patterns: GuardPatterns): Guard {
  if (fits(context, patterns.readOnly)) return "readOnly";
  return fits(context, patterns.protected) ? "protected" : "none";
}

function fits(name: string, patterns: readonly string[]): boolean {
  const last = patterns.findLast((pattern) => matches(name, pattern.replace(/^!/, "")));
  return last !== undefined && !last.startsWith("!");
}

/** Each part between stars where it is first found: nothing is tried twice. */
function matches(name: string, pattern: string): boolean {
  const text = name.toLowerCase();
  const [first = "", ...parts] = pattern.toLowerCase().split("*");
  const last = parts.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** What is said instead of a change. */
export function readOnlyTrouble(context: string): Trouble {
  return new Trouble(
    "refused-by-policy",
    `Context ${context} is only read here, so nothing was changed: the setting slipway.contexts.readOnly says so.`,
  );
}
