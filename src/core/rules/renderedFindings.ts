// Findings in what a template made, at the lines of the template that made it.
import { TemplateLines } from "../kube/templateLines.ts";
import type { Finding, Range } from "../syntax/finding.ts";
import { Lines } from "../syntax/lines.ts";
import { namesOf } from "./levels.ts";
import type { RuleFacts } from "./rule.ts";
import { suppressions } from "./suppress.ts";

/**
 * Without fixes: what would have to change may stand in the template or in its values.
 * @param output what the template made; the findings are of it.
 */
export function renderedFindings(
  findings: readonly Finding[],
  output: string,
  template: string,
  rules: readonly RuleFacts[],
): Finding[] {
  if (findings.length === 0) return [];
  const [made, written] = [new Lines(output), new Lines(template)];
  const places = new TemplateLines(written, made);
  // The comments of the template, as not all of them come through.
  const suppressed = suppressions(written);
  const names = new Map(rules.map((rule) => [rule.id, namesOf(rule)]));
  const seen = new Set<string>();
  const moved: Finding[] = [];
  for (const finding of findings) {
    const range = movedRange(finding.range, places, written);
    // A loop makes the same mistake many times.
    const identity = JSON.stringify([finding.rule, range, finding.message]);
    if (seen.has(identity) || suppressed(names.get(finding.rule) ?? [finding.rule], range.start.line))
      continue;
    seen.add(identity);
    moved.push({ ...finding, range, fixes: [] });
  }
  return moved.toSorted(
    (one, other) =>
      one.range.start.line - other.range.start.line || one.range.start.column - other.range.start.column,
  );
}

/** The same characters where the line is the same, else the whole line. */
function movedRange({ start, end }: Range, places: TemplateLines, written: Lines): Range {
  const { line, shift } = places.locate(start.line);
  const content = written.content(line).trimEnd();
  const indent = content.length - content.trimStart().length;
  if (shift === undefined) return { start: { line, column: indent }, end: { line, column: content.length } };
  const to = end.line === start.line ? end.column + shift : content.length;
  return {
    start: { line, column: Math.min(start.column + shift, content.length) },
    end: { line, column: Math.min(Math.max(to, start.column + shift), content.length) },
  };
}
