// Prometheus' text format, as far as metrics that somebody asked for: other lines cost a look at their name.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

export interface Series {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** No page is longer than this many series: what follows is left out. */
const MOST_SERIES = 20_000;

/** The series of metrics that `wants` accepts. Lines that are none are passed over; never throws. */
export function parseExposition(text: string, wants: (name: string) => boolean): Series[] {
  const found: Series[] = [];
  // A page repeats few names many times.
  let lastName = "";
  let lastWanted = false;
  for (let start = 0; start < text.length && found.length < MOST_SERIES; ) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    const at = start;
    start = end + 1;
    if (text.charCodeAt(at) === 35 /* # */) continue;
    if (lastName !== "" && startsWithName(text, at, lastName)) {
      if (!lastWanted) continue;
    } else {
      const stop = nameEnd(text, at, end);
      if (stop === at) continue;
      lastName = text.slice(at, stop);
      lastWanted = wants(lastName);
      if (!lastWanted) continue;
    }
    const series = seriesOf(lastName, text, at + lastName.length, end);
    if (series) found.push(series);
  }
  return found;
}

function startsWithName(text: string, at: number, name: string): boolean {
  return text.startsWith(name, at) && !isNameCode(text.charCodeAt(at + name.length));
}

function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 58) /* digits and : */ ||
    code === 95
  );
}

function nameEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isNameCode(text.charCodeAt(at))) at++;
  return at;
}

function seriesOf(name: string, text: string, start: number, end: number): Series | undefined {
  const labels: Record<string, string> = {};
  let at = skipSpace(text, start, end);
  if (text.charCodeAt(at) === 123 /* { */) {
    at = skipSpace(text, at + 1, end);
    while (at < end && text.charCodeAt(at) !== 125 /* } */) {
      const stop = nameEnd(text, at, end);
      if (stop === at) return undefined;
      const label = text.slice(at, stop);
      at = skipSpace(text, stop, end);
      if (text.charCodeAt(at) !== 61 /* = */) return undefined;
      at = skipSpace(text, at + 1, end);
      if (text.charCodeAt(at) !== 34 /* " */) return undefined;
      const close = closingQuote(text, at + 1, end);
      if (close < 0) return undefined;
      const value = text.slice(at + 1, close);
      // A name such as __proto__ must not become more than a label.
      if (label !== "__proto__") labels[label] = value.includes("\\") ? unescaped(value) : value;
      at = skipSpace(text, close + 1, end);
      if (text.charCodeAt(at) === 44 /* , */) at = skipSpace(text, at + 1, end);
    }
    if (at >= end) return undefined;
    at = skipSpace(text, at + 1, end);
  }
  const [word = ""] = text.slice(at, end).trim().split(/\s+/, 1);
  if (word === "") return undefined;
  const value = numberOf(word);
  return value === undefined ? undefined : { name, labels, value };
}

function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
  return at;
}

function closingQuote(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 92 /* \ */) at++;
    else if (code === 34) return at;
  }
  return -1;
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}

/** A number of the format; undefined for what is none. `NaN` and the infinities are numbers here. */
function numberOf(word: string): number | undefined {
  if (word === "NaN") return Number.NaN;
  if (word === "+Inf" || word === "Inf") return Number.POSITIVE_INFINITY;
  if (word === "-Inf") return Number.NEGATIVE_INFINITY;
  const value = Number(word);
  return Number.isNaN(value) ? undefined : value;
}
