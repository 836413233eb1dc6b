// `# slipway-ignore GPU001: reason` at a line's end or on the line before; `slipway-ignore-file` at the top.
// What other linters call a check (`latest-tag`) does as well as our name for it.
import type { Lines } from "../syntax/lines.ts";

const COMMENT = /(?:#|\/\/)\s*slipway-ignore(-file)?\s+([A-Za-z][\w-]*(?:\s*,\s*[A-Za-z][\w-]*){0,50})/;

/** True for a finding on a line (zero-based) that a comment of the file waves through, by a name of its rule. */
export type Suppressed = (names: readonly string[], line: number) => boolean;

/** The rules that a comment waves through for what it stands above. */
export function ignoredRules(comment: string): string[] {
  const match = COMMENT.exec(comment);
  return match?.[1] ? [] : (match?.[2]?.split(/\s*,\s*/) ?? []);
}

export function suppressions(lines: Lines): Suppressed {
  if (!lines.text.includes("slipway-ignore")) return () => false;
  const byLine = new Map<number, Set<string>>();
  const everywhere = new Set<string>();
  /** Rules of the comment lines just above, which count for the next line that is more than a comment. */
  let pending: string[] = [];
  let atTop = true;
  for (let line = 0; line < lines.count; line++) {
    const content = lines.content(line);
    const alone = /^\s*(?:#|\/\/)/.test(content);
    const match = COMMENT.exec(content);
    const named = match?.[2]?.split(/\s*,\s*/) ?? [];
    if (match?.[1] && atTop) for (const rule of named) everywhere.add(rule);
    if (alone) {
      if (match && !match[1]) pending.push(...named);
      continue;
    }
    const here = match?.[1] ? pending : [...pending, ...named];
    if (here.length > 0) byLine.set(line, new Set(here));
    pending = [];
    if (!/^\uFEFF?(?:\s*|---\s*)$/.test(content)) atTop = false;
  }
  return (names, line) => {
    const here = byLine.get(line);
    return names.some((name) => everywhere.has(name) || (here?.has(name) ?? false));
  };
}
