// Text of other programs made fit for a log: no terminal escapes, and of a redrawn line only its last state.

// Control characters are what these look for; made from text, because the linter holds them for a mistake.
const escape = "\\u001b";
const bell = "\\u0007";
const escapes = new RegExp(
  `${escape}(?:${[
    "\\[[0-?]*[ -/]*[@-~]",
    `\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?`,
    `[PX^_][^${escape}]*(?:${escape}\\\\)?`,
    "[ -/]*[0-~]",
  ].join("|")})`,
  "g",
);
/** All of them but the tab. */
const controls = /[^\P{Cc}\t]/gu;

/** One line without escapes and control characters; after a lone carriage return the line began anew. */
export function plainLine(line: string): string {
  let text = line.includes("\u001b") ? line.replace(escapes, "") : line;
  text = text.replace(/\r+$/, "");
  const redrawn = text.lastIndexOf("\r");
  if (redrawn >= 0) text = text.slice(redrawn + 1);
  return text.replace(controls, "");
}

const decimalUnits = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as docker shows them, in powers of 1000: `4.2 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < decimalUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toFixed(value >= 9.95 ? 1 : 2);
  return `${text.includes(".") ? text.replace(/\.?0+$/, "") : text} ${decimalUnits[unit]}`;
}

/** Milliseconds as a person says them: `840 ms`, `4.2 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * A size as `docker run --shm-size` takes it (`64m`, `8g`, `1073741824`; powers of 1024) in bytes; undefined
 * when it is none.
 */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt])(?:i?b)?|b)?\s*$/i.exec(text);
  if (!match) return undefined;
  const power = match[2] === undefined ? 0 : "kmgt".indexOf(match[2].toLowerCase()) + 1;
  const bytes = Math.round(Number(match[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
