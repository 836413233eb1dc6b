// An instruction's line -> keyword, flags and arguments, split as the builder splits them for each instruction.
// Facts: BuildKit's frontend/dockerfile/parser, v0.33. Places count in the joined line.
import type { Span } from "./lines.ts";

export interface LineWord extends Span {
  /** As the builder reads it: of a JSON array what the string stands for, else as written, with its quotes. */
  readonly text: string;
}

export interface LineParts {
  readonly keyword: LineWord;
  /** `--name` or `--name=value`, quotes taken away. */
  readonly flags: readonly LineWord[];
  /** Everything behind the flags. */
  readonly rest: LineWord;
}

/** A value of ENV or LABEL; `value` is undefined where it is missing. */
export interface KeyValue {
  readonly key: LineWord;
  readonly value: LineWord;
  /** Written `KEY value`, without an equals sign. */
  readonly legacy: boolean;
}

const SPACE = /\s/;

/** @param from where the instruction starts: behind the keyword for what ONBUILD holds. */
export function splitLine(line: string, escape: string, from = 0): LineParts {
  const start = line.length - line.slice(from).trimStart().length;
  const end = Math.max(start, line.trimEnd().length);
  const trimmed = line.slice(0, end);
  const gap = /[\t\v\f\r ]+/g;
  gap.lastIndex = start;
  const found = gap.exec(trimmed);
  const keyword = wordOf(trimmed, start, found ? found.index : end);
  const { flags, rest } = splitFlags(trimmed, found ? gap.lastIndex : end, escape);
  const first = rest + (trimmed.length - rest - trimmed.slice(rest).trimStart().length);
  return { keyword, flags, rest: wordOf(trimmed, Math.min(first, end), end) };
}

function wordOf(line: string, start: number, end: number): LineWord {
  return { text: line.slice(start, end), start, end };
}

function splitFlags(line: string, from: number, escape: string): { flags: LineWord[]; rest: number } {
  const flags: LineWord[] = [];
  let at = from;
  for (;;) {
    while (at < line.length && SPACE.test(line[at] ?? "")) at++;
    if (!line.startsWith("--", at)) return { flags, rest: at };
    const start = at;
    let text = "";
    let quote: string | undefined;
    let quoted = false;
    for (; at < line.length; at++) {
      let character = line[at] ?? "";
      if (quote === undefined && SPACE.test(character)) break;
      if (quote === undefined && (character === "'" || character === '"')) {
        quote = character;
        quoted = true;
        continue;
      }
      if (character === quote) {
        quote = undefined;
        continue;
      }
      if (character === escape) {
        if (at + 1 === line.length) continue;
        at++;
        character = line[at] ?? "";
      }
      text += character;
    }
    if (text === "--") return { flags, rest: at };
    if (quoted || text !== "") flags.push({ text, start, end: at });
  }
}

/** Words between white space, as of FROM and COPY. */
export function plainWords(line: string, rest: LineWord): LineWord[] {
  return Array.from(line.slice(rest.start, rest.end).matchAll(/[^\t\v\f\r ]+/g), (match) =>
    wordOf(line, rest.start + match.index, rest.start + match.index + match[0].length),
  );
}

/** Words in which quotes hold white space together, as of ARG and ENV; the quotes stay. */
export function quotedWords(line: string, rest: LineWord, escape: string): LineWord[] {
  const words: LineWord[] = [];
  let text = "";
  let start = -1;
  let quote: string | undefined;
  const end = (at: number): void => {
    if (start !== -1 && text !== "") words.push({ text, start, end: at });
    start = -1;
    text = "";
  };
  for (let at = rest.start; at < rest.end; at++) {
    const character = line[at] ?? "";
    if (quote === undefined && SPACE.test(character)) {
      end(at);
      continue;
    }
    if (start === -1) start = at;
    if (character === quote) quote = undefined;
    else if (quote === undefined && (character === "'" || character === '"')) quote = character;
    else if (character === escape && quote !== "'") {
      // At the very end it counts for nothing.
      if (at + 1 >= rest.end) continue;
      text += character;
      at++;
      text += line[at] ?? "";
      continue;
    }
    text += character;
  }
  end(rest.end);
  return words;
}

/**
 * The pairs of ENV and LABEL.
 * @returns the word that has no `=`, where the builder refuses the line; undefined when there is but one word.
 */
export function keyValues(
  line: string,
  rest: LineWord,
  escape: string,
): { pairs: KeyValue[]; wrong?: LineWord; single?: boolean } {
  const words = quotedWords(line, rest, escape);
  const [first] = words;
  if (!first) return { pairs: [] };
  if (!first.text.includes("=")) {
    const gap = /[\t\v\f\r ]+/.exec(rest.text);
    if (!gap) return { pairs: [], single: true };
    const end = rest.start + gap.index;
    const key = wordOf(line, rest.start, end);
    return { pairs: [{ key, value: wordOf(line, end + gap[0].length, rest.end), legacy: true }] };
  }
  const pairs: KeyValue[] = [];
  for (const word of words) {
    const equals = word.text.indexOf("=");
    if (equals === -1) return { pairs, wrong: word };
    const middle = word.start + line.slice(word.start, word.end).indexOf("=");
    pairs.push({
      key: { text: word.text.slice(0, equals), start: word.start, end: middle },
      value: { text: word.text.slice(equals + 1), start: middle + 1, end: word.end },
      legacy: false,
    });
  }
  return { pairs };
}

/** The strings of a JSON array; `notStrings` when it is an array of something else, which the builder refuses. */
export function jsonWords(rest: LineWord): LineWord[] | "notStrings" | undefined {
  if (!rest.text.startsWith("[")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(rest.text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if (!value.every((item): item is string => typeof item === "string")) return "notStrings";
  const places = Array.from(rest.text.matchAll(/"(?:[^"\\]|\\.)*"/g));
  return value.map((text, index) => {
    const place = places[index];
    const start = rest.start + (place?.index ?? 0);
    return { text, start, end: start + (place?.[0].length ?? 0) };
  });
}
