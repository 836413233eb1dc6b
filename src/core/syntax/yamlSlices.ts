// Cuts a YAML file at its `---` lines, so that each document can be parsed, cached and broken on its own.
import type { Span } from "./lines.ts";

/** A line that is only a comment, blank or a directive: it belongs to the document whose `---` follows. */
const PREAMBLE = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*%/;

/**
 * The documents of a YAML text. A `---` in column one always starts a document, even where a block scalar
 * is open, so cutting by lines is exact (https://yaml.org/spec/1.2.2/#914-explicit-documents).
 */
export function yamlSlices(text: string): Span[] {
  const slices: Span[] = [];
  // A byte order mark is no part of the first document.
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const marker = /^---(?=[ \t\r\n]|$)/gm;
  marker.lastIndex = start;
  for (let match = marker.exec(text); match; match = marker.exec(text)) {
    const before = text.slice(start, match.index);
    const directives = PREAMBLE.test(before) && !/^[^\s#%]/m.test(before);
    if (match.index === start || directives) continue;
    slices.push({ start, end: match.index });
    start = match.index;
  }
  slices.push({ start, end: text.length });
  return slices;
}
