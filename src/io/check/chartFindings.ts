// What is found in the output of a chart, told of the templates that made it.
import { join } from "node:path";
import { fileFacts } from "../../core/rules/fileFacts.ts";
import { renderedFindings } from "../../core/rules/renderedFindings.ts";
import type { RuleFacts } from "../../core/rules/rule.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import { textIfReadable } from "../files/readText.ts";
import type { Rendered } from "../helm/charts.ts";
import { type FileChecker, type FileOutcome, MAXIMUM_BYTES } from "./fileChecker.ts";

/**
 * By path of the template; of a chart that can't be rendered, at the place that helm stumbled over. Nothing where there
 * is no helm.
 * @param chart its folder, absolute.
 */
export function* chartFindings(
  chart: string,
  rendered: Rendered,
  checker: FileChecker,
  rules: readonly RuleFacts[],
): Iterable<[string, FileOutcome]> {
  if (rendered.kind === "missing") return;
  if (rendered.kind === "failed") {
    const { source, line = 0, message } = rendered.failure;
    const path = (source === undefined ? undefined : pathOf(chart, source)) ?? join(chart, "Chart.yaml");
    const text = textIfReadable(path, MAXIMUM_BYTES) ?? "";
    const said = `helm can't render this chart, so only what needs no rendering was checked: ${message}.`;
    yield [path, checker.judged(path, text, [lineFinding("helm", text, line, said)])];
    return;
  }
  const templates = rendered.templates.flatMap(({ source, text: output }) => {
    const path = pathOf(chart, source);
    return path === undefined ? [] : [{ path, output }];
  });
  const facts = templates.flatMap(({ path, output }) => fileFacts(path, output) ?? []);
  const together = checker.together(facts);
  for (const { path, output } of templates) {
    const template = textIfReadable(path, MAXIMUM_BYTES);
    // What comes from a packed chart is not this person's to change.
    if (template === undefined) continue;
    const { outcome } = checker.checkText(path, output, together);
    if (outcome.kind !== "checked") continue;
    const findings = renderedFindings(outcome.findings, output, template, rules);
    yield [path, { kind: "checked", findings, text: findings.length > 0 ? template : "" }];
  }
}

/** A warning at what a line says. @param line zero-based. */
export function lineFinding(rule: string, text: string, line: number, message: string): Finding {
  const content = (text.split("\n")[line] ?? "").trimEnd();
  return {
    rule,
    severity: "warning",
    range: {
      start: { line, column: content.length - content.trimStart().length },
      end: { line, column: content.length },
    },
    message,
    fixes: [],
  };
}

/** helm calls the outermost folder by the chart's name. */
function pathOf(chart: string, source: string): string | undefined {
  const [, ...inside] = source.split("/");
  return inside.includes("..") ? undefined : join(chart, ...inside);
}
