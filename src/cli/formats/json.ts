// `--format json`: one object, whose shape is stable. Lines and columns count from 1, columns in UTF-16 units.
import type { Severity } from "../../core/syntax/finding.ts";
import type { Format } from "./format.ts";

export interface JsonReport {
  findings: JsonFinding[];
}

export interface JsonFinding {
  file: string;
  line: number;
  column: number;
  /** The position after the last character. */
  endLine: number;
  endColumn: number;
  rule: string;
  severity: Severity;
  message: string;
  /** The editor offers a quick fix. */
  fixable: boolean;
}

export const json: Format = (report) => {
  const findings = report.files.flatMap((file) =>
    file.findings.map(
      (finding): JsonFinding => ({
        file: file.path,
        line: finding.range.start.line + 1,
        column: finding.range.start.column + 1,
        endLine: finding.range.end.line + 1,
        endColumn: finding.range.end.column + 1,
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        fixable: finding.fixes.length > 0,
      }),
    ),
  );
  const whole: JsonReport = { findings };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
};
