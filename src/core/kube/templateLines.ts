// Finds in a template the line that made a line of its output: the same text, else the same key, else what it is in.
import type { Lines } from "../syntax/lines.ts";

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
  /** Of `key: value` and `- key: value`. */
  readonly key: string | undefined;
  /** The nearest line above that stands further left. */
  readonly parent: Line | undefined;
}

export interface TemplatePlace {
  /** Zero-based. */
  readonly line: number;
  /** Columns that the text stands further right than in the output; undefined where it is not the same text. */
  readonly shift: number | undefined;
}

const KEY = /^(?:- +)*"?([\w./-]+)"?\s*:(?:\s|$)/;
/** What only steers a template makes no line of the output. */
const STEERS = /^\{\{-?\s*(?:\/\*|if\b|else\b|end\b|range\b|with\b|define\b|block\b|\$)/;
/** A template that says the same more often is read no further: time must stay bounded. */
const MAXIMUM_CANDIDATES = 100;
const MAXIMUM_DEPTH = 20;

export class TemplateLines {
  readonly #byText = new Map<string, Line[]>();
  /** Only lines that the template fills in. */
  readonly #byKey = new Map<string, Line[]>();
  /** The lines of the output by their number; blank ones are not there. */
  readonly #places = new Map<number, Line>();

  constructor(template: Lines, output: Lines) {
    for (const line of linesOf(template)) {
      push(this.#byText, line.text, line);
      if (line.key !== undefined && line.text.includes("{{")) push(this.#byKey, line.key, line);
    }
    for (const line of linesOf(output)) this.#places.set(line.number, line);
  }

  /** The line of the template that made line `number` of the output; the first one when nothing is alike. */
  locate(number: number): TemplatePlace {
    for (let line = this.#places.get(number); line; line = line.parent) {
      const same = nearest(this.#byText.get(line.text), line);
      if (same)
        return { line: same.number, shift: line.number === number ? same.indent - line.indent : undefined };
      const alike = line.key === undefined ? undefined : nearest(this.#byKey.get(line.key), line);
      if (alike) return { line: alike.number, shift: undefined };
    }
    return { line: 0, shift: undefined };
  }
}

/** The candidate whose surroundings are most like those of the line; of several the first. */
function nearest(candidates: readonly Line[] = [], line: Line): Line | undefined {
  let best: Line | undefined;
  let most = -1;
  for (const candidate of candidates) {
    const likeness = likenessOf(candidate, line);
    if (likeness <= most) continue;
    best = candidate;
    most = likeness;
  }
  return best;
}

function likenessOf(one: Line, other: Line): number {
  let likeness = 0;
  let [ours, theirs] = [one.parent, other.parent];
  for (let step = 0; step < MAXIMUM_DEPTH && ours && theirs; step++) {
    if (ours.text === theirs.text) likeness += 2;
    else if (ours.key !== undefined && ours.key === theirs.key) likeness += 1;
    [ours, theirs] = [ours.parent, theirs.parent];
  }
  return likeness;
}

function push(map: Map<string, Line[]>, key: string, line: Line): void {
  const known = map.get(key);
  if (!known) map.set(key, [line]);
  else if (known.length < MAXIMUM_CANDIDATES) known.push(line);
}

function linesOf(lines: Lines): Line[] {
  const found: Line[] = [];
  /** The lines that are open, each further right than the one before. */
  const open: Line[] = [];
  for (let number = 0; number < lines.count; number++) {
    const content = lines.content(number);
    const text = content.trim();
    if (text === "" || STEERS.test(text)) continue;
    const indent = content.length - content.trimStart().length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const line: Line = { number, indent, text, key: KEY.exec(text)?.[1], parent: open.at(-1) };
    open.push(line);
    found.push(line);
  }
  return found;
}
