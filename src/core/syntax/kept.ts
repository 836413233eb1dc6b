// Findings of an earlier text in one that was edited since: those of the edited document go, the others move along.
import type { Finding, Position, Range } from "./finding.ts";
import { Lines } from "./lines.ts";
import { yamlSlices } from "./yamlSlices.ts";

export interface TextChange {
  /** In the text before. */
  readonly range: Range;
  readonly text: string;
}

/**
 * @param changes of one edit, as an editor tells them: places are those before all of them.
 * @param after the text that they made.
 */
export function keptFindings(
  findings: readonly Finding[],
  changes: readonly TextChange[],
  after: string,
): Finding[] {
  if (findings.length === 0) return [];
  const lines = new Lines(after);
  const slices = yamlSlices(after).map(({ start, end }) => ({
    first: lines.positionAt(start).line,
    last: lines.positionAt(Math.max(start, end - 1)).line,
  }));
  // From the last to the first, so that each place still means what it meant.
  const ordered = changes.toSorted((one, other) => order(other.range.start, one.range.start));
  let kept = [...findings];
  for (const { range, text } of ordered) {
    const more = new Lines(text).count - 1 - (range.end.line - range.start.line);
    kept = kept.flatMap((finding) => {
      if (finding.range.end.line < range.start.line) return [finding];
      if (finding.range.start.line <= range.end.line) return [];
      return [{ ...finding, range: movedRange(finding.range, more), fixes: [] }];
    });
  }
  const touched = new Set<number>();
  let moved = 0;
  for (const { range, text } of ordered.toReversed()) {
    const first = range.start.line + moved;
    const last = first + new Lines(text).count - 1;
    for (const [index, slice] of slices.entries())
      if (slice.first <= last && first <= slice.last) touched.add(index);
    moved += new Lines(text).count - 1 - (range.end.line - range.start.line);
  }
  return kept.filter(({ range }) => {
    const index = slices.findIndex(
      ({ first, last }) => first <= range.start.line && range.start.line <= last,
    );
    return !touched.has(index);
  });
}

function movedRange({ start, end }: Range, lines: number): Range {
  return { start: { ...start, line: start.line + lines }, end: { ...end, line: end.line + lines } };
}

function order(one: Position, other: Position): number {
  return one.line - other.line || one.column - other.column;
}
