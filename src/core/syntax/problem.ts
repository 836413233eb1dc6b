// What a parser or rule reports before it has a file: places are offsets, relative to the part it was given.
import type { Severity } from "./finding.ts";
import type { Span } from "./lines.ts";

export interface TextEdit extends Span {
  readonly text: string;
}

export interface ProblemFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface Problem {
  readonly at: Span;
  /** One or two sentences for a person; never holds a secret of the file. */
  readonly message: string;
  /** Other than the rule's own severity. */
  readonly severity?: Severity;
  readonly fixes?: readonly ProblemFix[];
  /** Those of its rule's aliases that this is, where they name different cases. */
  readonly aliases?: readonly string[];
}
