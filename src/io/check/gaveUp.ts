// What is said of a file whose check was given up.
import type { Finding } from "../../core/syntax/finding.ts";

/** @param reason as `took longer than 10 seconds`. */
export function gaveUp(reason: string): Finding {
  const start = { line: 0, column: 0 };
  return {
    rule: "syntax",
    severity: "information",
    range: { start, end: start },
    message: `This file was not checked: that ${reason}. Split it into smaller files.`,
    fixes: [],
  };
}
