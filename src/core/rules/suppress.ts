// `# slipway-ignore GPU001: reason` at a line's end or on the line before; `slipway-ignore-file` at the top.
import type { Lines } from "../syntax/lines.ts";

const COMMENT = /(?:#|\/\/)\s*slipway-ignore(-file)?\s+([A-Za-z]+\d*(?:\s*,\s*[A-Za-z]+\d*){0,50})/;

/** True for a rule's finding on a line (zero-based) that a comment of the file waves through. */
export type Suppressed = (rule: string, line: number) => boolean;

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
    const rules = match?.[2]?.split(/\s*,\s*/) ?? [];
    if (match?.[1] && atTop) for (const rule of rules) everywhere.add(rule);
    if (alone) {
      if (match && !match[1]) pending.push(...rules);
      continue;
    }
    const here = match?.[1] ? pending : [...pending, ...rules];
    if (here.length > 0) byLine.set(line, new Set(here));
    pending = [];
    if (!/^\uFEFF?(?:\s*|---\s*)$/.test(content)) atTop = false;
  }
  return (rule, line) => everywhere.has(rule) || (byLine.get(line)?.has(rule) ?? false);
}
