// `--format junit`: a test report, as GitLab, Jenkins and others show it: a file is a suite, a finding a failure.
// https://docs.gitlab.com/ci/testing/unit_test_reports/
import type { Finding } from "../../core/syntax/finding.ts";
import type { CheckedFile, Format } from "./format.ts";

export const junit: Format = (report) => {
  const suites = report.files.map(suiteOf);
  const failures = report.files.reduce((sum, file) => sum + file.findings.length, 0);
  const tests = report.files.reduce((sum, file) => sum + Math.max(1, file.findings.length), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Slipway" tests="${tests}" failures="${failures}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
};

function suiteOf({ path, findings }: CheckedFile): string {
  const name = attribute(path);
  const cases = findings.map((finding) => caseOf(path, finding));
  // A file in which nothing is found is a test that passes.
  if (cases.length === 0) cases.push(`    <testcase name="no findings" classname=${name} file=${name}/>`);
  return [
    `  <testsuite name=${name} tests="${cases.length}" failures="${findings.length}">`,
    ...cases,
    "  </testsuite>",
  ].join("\n");
}

function caseOf(path: string, { rule, severity, range, message, source }: Finding): string {
  const [line, column] = [range.start.line + 1, range.start.column + 1];
  const name = attribute(`${rule} at ${line}:${column}`);
  const more = source === undefined ? "" : `\nsee ${source}`;
  return [
    `    <testcase name=${name} classname=${attribute(path)} file=${attribute(path)} line="${line}">`,
    `      <failure type=${attribute(severity)} message=${attribute(message)}>${content(
      `${path}:${line}:${column} ${severity} ${rule}\n${message}${more}`,
    )}</failure>`,
    "    </testcase>",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

function attribute(text: string): string {
  return `"${allowed(text).replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character] ?? "")}"`;
}

function content(text: string): string {
  return allowed(text).replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? "");
}

/** XML 1.0 has no way to say these at all. https://www.w3.org/TR/xml/#charsets */
function allowed(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, "\uFFFD");
}
