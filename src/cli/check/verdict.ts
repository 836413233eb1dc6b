// What `slipway check` ends with: whether what was found is bad enough to fail.
import type { Finding, Severity } from "../../core/syntax/finding.ts";
import type { ExitCode } from "../world.ts";

export interface Tolerance {
  /** Findings of this severity and above fail. */
  readonly failOn: Severity;
  /** So many warnings do not fail, whatever `failOn` says. */
  readonly maximumWarnings: number | undefined;
}

const RANKS: Readonly<Record<Severity, number>> = { information: 0, warning: 1, error: 2 };

export function verdict(findings: readonly Finding[], { failOn, maximumWarnings }: Tolerance): ExitCode {
  const warnings = findings.filter(({ severity }) => severity === "warning").length;
  if (maximumWarnings !== undefined && warnings > maximumWarnings) return 1;
  const fails = findings.some(
    ({ severity }) =>
      RANKS[severity] >= RANKS[failOn] && (severity !== "warning" || maximumWarnings === undefined),
  );
  return fails ? 1 : 0;
}
