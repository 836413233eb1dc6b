// What an output format of `slipway check` gets, and how it is found by its name.
import type { Rule } from "../../core/rules/rule.ts";
import type { Finding } from "../../core/syntax/finding.ts";

export interface CheckedFile {
  /** As the person named it, or below the folder they named; `<stdin>` without a name. */
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

export interface Report {
  readonly files: readonly CheckedFile[];
  readonly rules: readonly Rule[];
  readonly version: string;
  readonly colour: boolean;
}

/** Everything that is written to standard output. */
export type Format = (report: Report) => string;
