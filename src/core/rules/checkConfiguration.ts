// What is wrong with a `.slipway.yaml`, as findings at their place in it.
import type { Finding } from "../syntax/finding.ts";
import { Lines } from "../syntax/lines.ts";
import { CONFIGURATION_NAME, readConfiguration } from "./configuration.ts";
import type { RuleFacts } from "./rule.ts";

/** Findings in the order of the text; it never throws. */
export function checkConfiguration(path: string, text: string, rules: readonly RuleFacts[]): Finding[] {
  const lines = new Lines(text);
  const { problems } = readConfiguration(text, rules);
  const findings = problems.map(
    ({ at, message, severity = "error", fixes = [] }): Finding => ({
      rule: "configuration",
      severity,
      range: lines.rangeOf(at),
      message,
      fixes: fixes.map(({ title, edits }) => ({
        title,
        edits: edits.map((edit) => ({ range: lines.rangeOf(edit), text: edit.text })),
      })),
    }),
  );
  if (!path.endsWith(CONFIGURATION_NAME)) {
    const start = { line: 0, column: 0 };
    const message = `Slipway reads ${CONFIGURATION_NAME}: this file has another name, so nothing in it counts.`;
    findings.push({
      rule: "configuration",
      severity: "error",
      range: { start, end: start },
      message,
      fixes: [],
    });
  }
  return findings.toSorted(
    (one, other) =>
      one.range.start.line - other.range.start.line || one.range.start.column - other.range.start.column,
  );
}
