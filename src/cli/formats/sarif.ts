// `--format sarif`: SARIF 2.1.0 for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
import { ATTRIBUTIONS } from "../../core/rules/ruleNames.ts";
import type { Edit, Finding, Range, Severity } from "../../core/syntax/finding.ts";
import type { CheckedFile, Format } from "./format.ts";

const LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  information: "note",
};

export const sarif: Format = (report) => {
  const rules = [
    ...report.rules.map((rule) => ({
      id: rule.id,
      name: rule.id,
      shortDescription: { text: `${rule.title}.` },
      fullDescription: { text: rule.why },
      help: { text: `${rule.why}\n\nSource: ${rule.source}` },
      helpUri: rule.source,
      // Rules of the profile strict run only when they are asked for.
      defaultConfiguration: {
        level: LEVELS[rule.severity],
        ...(rule.profile === undefined ? {} : { enabled: false }),
      },
    })),
    ...ATTRIBUTIONS.map(({ id, title, why }) => ({
      id,
      name: id,
      shortDescription: { text: `${title}.` },
      fullDescription: { text: why },
      defaultConfiguration: { level: "error" },
    })),
  ];
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Slipway", semanticVersion: report.version, rules } },
        columnKind: "utf16CodeUnits",
        results: report.files.flatMap((file) =>
          file.findings.map((finding) => resultOf(finding, file, indexes.get(finding.rule))),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
};

function resultOf(finding: Finding, file: CheckedFile, ruleIndex: number | undefined) {
  const artifactLocation = { uri: uriOf(file.path) };
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: { artifactLocation, region: regionOf(finding.range) } }],
    ...(finding.fixes.length === 0
      ? {}
      : {
          fixes: finding.fixes.map((fix) => ({
            description: { text: fix.title },
            artifactChanges: [{ artifactLocation, replacements: fix.edits.map(replacementOf) }],
          })),
        }),
  };
}

function replacementOf(edit: Edit) {
  return { deletedRegion: regionOf(edit.range), insertedContent: { text: edit.text } };
}

function regionOf(range: Range) {
  return {
    startLine: range.start.line + 1,
    startColumn: range.start.column + 1,
    endLine: range.end.line + 1,
    endColumn: range.end.column + 1,
  };
}

/** A relative reference stays relative, so that a scan on another machine still finds the file. */
function uriOf(path: string): string {
  const forward = path.replaceAll("\\", "/");
  const encoded = forward.split("/").map(encodeURIComponent).join("/");
  if (/^[A-Za-z]:\//.test(forward)) return `file:///${forward[0]}:${encoded.slice(encoded.indexOf("/"))}`;
  return forward.startsWith("/") ? `file://${encoded}` : encoded;
}
