// The last lines of one or several logs, and how each is shown.
import { harmlessTerminalText } from "../../base/terminalText.ts";

export interface LogLine {
  /** Which container it comes from; undefined for what is said about the logs themselves. */
  source: LogSource | undefined;
  /** RFC 3339, as the node says it. */
  stamp: string | undefined;
  text: string;
}

export interface LogSource {
  /** Empty where there is only one. */
  label: string;
  /** An SGR number. */
  colour: number;
}

export interface LogFormat {
  timestamps: boolean;
  /** In lower case: only lines that have it somewhere, whatever their case. */
  filter: string;
}

const MOST_LINES = 20_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Colours that can be told apart on light and dark, none of which warns. */
const COLOURS = [36, 35, 34, 32, 33, 96, 95, 94, 92, 93] as const;

/** The newest lines: beyond a bound the oldest go. */
export class LogRing {
  #lines: LogLine[] = [];
  #characters = 0;
  /** Lines that have gone. */
  dropped = 0;

  /** Lines that came together, of several logs: in the order of their stamps, those without one where they are. */
  add(lines: readonly LogLine[]): readonly LogLine[] {
    const sorted = inOrder(lines);
    for (const line of sorted) {
      this.#lines.push(line);
      this.#characters += line.text.length;
    }
    this.#trim();
    return sorted;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  clear(): void {
    this.#lines = [];
    this.#characters = 0;
    this.dropped = 0;
  }

  #trim(): void {
    let from = 0;
    while (this.#lines.length - from > MOST_LINES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#lines[from]?.text.length ?? 0;
      from++;
    }
    if (from === 0) return;
    this.#lines.splice(0, from);
    this.dropped += from;
  }
}

function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  const [first] = lines;
  if (!first || lines.every((line) => line.source === first.source)) return lines;
  let last = "";
  const keyed = lines.map((line, index) => {
    // A line without a stamp stays behind the one it came after.
    last = line.stamp === undefined ? last : sortableStamp(line.stamp);
    return { line, key: last, index };
  });
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : one.index - other.index));
  return keyed.map(({ line }) => line);
}

/** Nodes cut zeros at the end of the fraction: `…:05Z` comes before `…:05.1Z`. */
export function sortableStamp(stamp: string): string {
  const [, seconds = stamp, fraction = ""] = /^([^.Z+]+?)(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)$/.exec(stamp) ?? [];
  return `${seconds}.${fraction.padEnd(9, "0")}`;
}

export function colourOf(index: number): number {
  return COLOURS[index % COLOURS.length] ?? 0;
}

export function passes(line: LogLine, { filter }: LogFormat): boolean {
  return filter === "" || line.text.toLowerCase().includes(filter);
}

/** Of a longer line the beginning is shown. */
const LONGEST_SHOWN = 16 * 1024;

/**
 * One line for a terminal. Made harmless by itself: an escape sequence without an end takes no other lines with it,
 * and one that goes back to its beginning, as a progress bar does, does not write over whose it is.
 */
export function shownLine({ stamp, text }: LogLine, source: LogSource, { timestamps }: LogFormat): string {
  const when = timestamps && stamp !== undefined ? `\x1b[2m${stamp}\x1b[0m ` : "";
  const who = source.label === "" ? "" : `\x1b[${source.colour}m${source.label}\x1b[0m `;
  const start = `${who}${when}`;
  const harmless = harmlessTerminalText(text.slice(0, LONGEST_SHOWN)).replace(/\r+$/, "");
  const shown = harmless.includes("\r") ? harmless.replaceAll(/\r+/g, `\r${start}`) : harmless;
  // A colour that a line leaves on is not the next one's.
  const end = harmless.includes("\x1b") ? "\x1b[0m" : "";
  const more =
    text.length > LONGEST_SHOWN ? ` \x1b[2m… ${text.length.toLocaleString("en")} characters\x1b[0m` : "";
  return `${start}${shown}${end}${more}`;
}

// A colour sequence is what is looked for here.
// oxlint-disable-next-line no-control-regex
const colours = /\x1b\[[0-9;]*m/g;

/** For a file: a line with its pod and its time, without colours. */
export function savedLine({ source, stamp, text }: LogLine): string {
  if (source === undefined) return `-- ${text} --\n`;
  return `${[source.label, stamp].filter((part) => part).join(" ")} ${plain(text)}\n`.trimStart();
}

function plain(text: string): string {
  return harmlessTerminalText(text).replace(colours, "");
}
