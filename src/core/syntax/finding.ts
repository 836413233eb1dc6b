// What a check says: where, which rule, how bad, in one sentence, and the edits that repair it.

/** Zero-based line and UTF-16 column, as editors count. */
export interface Position {
  line: number;
  column: number;
}

/** Half open: `end` is the first position after the range. */
export interface Range {
  start: Position;
  end: Position;
}

/** Replaces the text in `range` by `text`; an empty range inserts. */
export interface Edit {
  range: Range;
  text: string;
}

/** One way to repair a finding, offered as a quick fix. */
export interface Fix {
  title: string;
  edits: Edit[];
}

/**
 * error: the server or engine will refuse it, or a secret is exposed · warning: it costs money or uptime ·
 * information: a heuristic.
 */
export type Severity = "error" | "warning" | "information";

export interface Finding {
  /** Id of the rule, as `GPU001`, or `syntax`. */
  rule: string;
  severity: Severity;
  range: Range;
  message: string;
  /** Page that the claim comes from. */
  source?: string;
  fixes: Fix[];
}
