// `--format text`: for people. Each finding with its place, its sentence and the line it is about.
import { choicesOf } from "../../core/rules/fixing.ts";
import { Lines } from "../../core/syntax/lines.ts";
import type { Finding, Severity } from "../../core/syntax/finding.ts";
import { count } from "../../base/words.ts";
import type { CheckedFile, Format, Report } from "./format.ts";

type Paint = (text: string) => string;

interface Palette {
  bold: Paint;
  dim: Paint;
  severity: Readonly<Record<Severity, Paint>>;
}

export const text: Format = (report) => {
  const palette = paletteOf(report.colour);
  const blocks = report.files.flatMap((file) => fileBlocks(file, report, palette));
  return `${[...blocks, summary(report)].join("\n\n")}\n`;
};

function fileBlocks(file: CheckedFile, report: Report, palette: Palette): string[] {
  if (file.findings.length === 0) return [];
  const lines = new Lines(file.text);
  const secret = new Set(report.rules.filter((rule) => rule.secret).map((rule) => rule.id));
  return file.findings.map((finding) => {
    const { start } = finding.range;
    const place = palette.bold(`${printable(file.path)}:${start.line + 1}:${start.column + 1}`);
    const severity = palette.severity[finding.severity](finding.severity);
    const rule = palette.dim(finding.rule);
    return [
      `${place} ${severity} ${rule}`,
      `  ${finding.message}`,
      ...excerpt(finding, lines, secret.has(finding.rule), palette),
      ...(finding.source ? [palette.dim(`  see ${finding.source}`)] : []),
    ].join("\n");
  });
}

/** The finding's first line with carets below; a secret is shown as dots. */
function excerpt(finding: Finding, lines: Lines, secret: boolean, palette: Palette): string[] {
  const { start, end } = finding.range;
  let content = lines.content(start.line);
  if (content.trim() === "") return [];
  const stop = end.line === start.line ? end.column : content.length;
  const length = Math.max(1, stop - start.column);
  if (secret) content = content.slice(0, start.column) + "•".repeat(length) + content.slice(stop);
  // A very long line shows only the part around the place.
  const from = start.column > 100 ? start.column - 40 : 0;
  const cut = printable(content.slice(from, from + 160));
  const number = String(start.line + 1);
  const pad = printable(content.slice(from, start.column)).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.min(length, Math.max(1, cut.length - (start.column - from))));
  const margin = " ".repeat(number.length);
  return [
    `  ${palette.dim(`${number} |`)} ${cut}`,
    `  ${palette.dim(`${margin} |`)} ${pad}${palette.severity[finding.severity](carets)}`,
  ];
}

/** Control characters of a hostile file must not drive the terminal. */
function printable(content: string): string {
  return content.replace(/(?!\t)[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd");
}

/** One line for a person: how many of what. */
export function summary(report: Report): string {
  const findings = report.files.flatMap((file) => file.findings);
  if (report.files.length === 0) return "No files to check were found.";
  const checked = count(report.files.length, "file");
  if (findings.length === 0) return `No findings in ${checked}.`;
  const parts = (["error", "warning", "information"] as const).flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0
      ? []
      : [severity === "information" ? `${number} information` : count(number, severity)];
  });
  return `${count(findings.length, "finding")} (${parts.join(", ")}) in ${checked}.${fixable(findings, report)}`;
}

function fixable(findings: readonly Finding[], { rules }: Report): string {
  const all = choicesOf({ findings }, "all", rules).length;
  const some = choicesOf({ findings }, "refused", rules).length;
  if (all === 0) return "";
  if (some === 0) return ` ${all} can be fixed with --fix-all, or in the editor.`;
  const more = all > some ? `, ${all - some} more with --fix-all,` : "";
  return ` ${some} can be fixed with --fix${more} or in the editor.`;
}

function paletteOf(colour: boolean): Palette {
  const paint =
    (code: string): Paint =>
    (content) =>
      colour ? `\u001b[${code}m${content}\u001b[0m` : content;
  return {
    bold: paint("1"),
    dim: paint("2"),
    severity: { error: paint("31"), warning: paint("33"), information: paint("36") },
  };
}
