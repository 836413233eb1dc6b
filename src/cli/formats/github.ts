// `--format github`: workflow commands, which GitHub Actions shows at their lines in a pull request.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
import type { Finding, Severity } from "../../core/syntax/finding.ts";
import type { Format } from "./format.ts";
import { summary } from "./text.ts";

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  information: "notice",
};

export const github: Format = (report) => {
  const lines = report.files.flatMap(({ path, findings }) =>
    findings.map((finding) => command(path, finding)),
  );
  return `${[...lines, summary(report)].join("\n")}\n`;
};

function command(path: string, { rule, severity, range, message, source }: Finding): string {
  const { start, end } = range;
  const properties = {
    file: path.replaceAll("\\", "/"),
    line: start.line + 1,
    endLine: end.line + 1,
    // Columns are for one line only; the last one counts.
    ...(start.line === end.line
      ? { col: start.column + 1, endColumn: Math.max(start.column + 1, end.column) }
      : {}),
    title: rule,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const text = source === undefined ? message : `${message}\nsee ${source}`;
  return `::${COMMANDS[severity]} ${written.join(",")}::${data(text)}`;
}

/** As the runner's own toolkit escapes them. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
