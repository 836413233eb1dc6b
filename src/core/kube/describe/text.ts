// Lines of a description: aligned pairs, indented blocks, tables.

/** A block of text: a heading with pairs, lines or a table under it. */
export type Lines = string[];

/** `Name:      value` lines; pairs without a value are left out. */
export function pairs(
  entries: readonly (readonly [label: string, value: string | undefined])[],
  indent = 0,
): Lines {
  const shown = entries.filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  const width = Math.max(0, ...shown.map(([label]) => label.length)) + 3;
  return shown.map(([label, value]) => `${" ".repeat(indent)}${`${label}:`.padEnd(width)}${value}`);
}

/** A heading and what stands under it; nothing at all when there is nothing. */
export function block(heading: string, lines: readonly string[], empty?: string): Lines {
  if (lines.length === 0) return empty === undefined ? [] : ["", `${heading}: ${empty}`];
  return ["", `${heading}:`, ...lines.map((line) => `  ${line}`)];
}

/** Columns as wide as their widest cell, with two blanks between them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): Lines {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [header, ...rows].map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** One line out of a message that may have several. */
export function oneLine(message: string | undefined): string | undefined {
  return message?.replace(/\s+/g, " ").trim();
}

/** `key=value` for each entry, by name. */
export function entriesText(entries: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(entries)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
}
