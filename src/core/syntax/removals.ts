// Several entries of one map, or items of one list, taken out together.
import { lineEnd, lineStart } from "./edit.ts";
import type { Span } from "./lines.ts";
import type { ListNode, MapEntry, MapNode } from "./node.ts";
import type { TextEdit } from "./problem.ts";

/** Takes some of a map's own entries out, but not all. */
export function removeEntries(text: string, map: MapNode, removed: ReadonlySet<MapEntry>): TextEdit[] {
  const own = map.entries.filter((entry) => !entry.merged);
  const spans = own.map(({ key, value }) => ({ start: key.start, end: Math.max(key.end, value.end) }));
  return removeRuns(text, map.flow, spans, (index) => removed.has(own[index] as MapEntry));
}

/** Takes some of a list's items out, but not all. */
export function removeItems(text: string, list: ListNode, removed: ReadonlySet<number>): TextEdit[] {
  return removeRuns(text, list.flow, list.items, (index) => removed.has(index));
}

function removeRuns(
  text: string,
  flow: boolean,
  parts: readonly Span[],
  isRemoved: (index: number) => boolean,
): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let first = 0; first < parts.length; first++) {
    if (!isRemoved(first)) continue;
    let last = first;
    while (last + 1 < parts.length && isRemoved(last + 1)) last++;
    const span = spanOf(text, flow, parts, first, last);
    if (span) edits.push({ ...span, text: "" });
    first = last;
  }
  return edits;
}

function spanOf(
  text: string,
  flow: boolean,
  parts: readonly Span[],
  first: number,
  last: number,
): Span | undefined {
  const [before, from, to, after] = [parts[first - 1], parts[first], parts[last], parts[last + 1]];
  if (!from || !to) return undefined;
  // What comes first may follow a dash or a brace, which stays: the next part moves up to its place.
  if (!before) return after && { start: from.start, end: after.start };
  if (flow) return { start: before.end, end: to.end };
  return { start: lineStart(text, from.start), end: lineEnd(text, to.end) };
}
