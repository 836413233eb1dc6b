// Edits that keep the style of a file: indentation, braces or lines, and its line breaks.
import type { Span } from "./lines.ts";
import {
  booleanOf,
  isNull,
  type ListNode,
  type MapEntry,
  type MapNode,
  numberOf,
  type SyntaxNode,
} from "./node.ts";
import type { TextEdit } from "./problem.ts";

/** What an edit can write: a JSON-like value. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** Replaces `node` by a scalar; the quotes around a string stay. */
export function replaceScalar(text: string, node: SyntaxNode, value: string): TextEdit {
  const quote = text[node.start];
  const written = quote === '"' || quote === "'" ? `${quote}${value}${quote}` : value;
  return { start: node.start, end: node.end, text: written };
}

/**
 * Adds `key: value` to `map`, after its last entry. A map that is empty braces is filled.
 * @param text the text that the places of `map` refer to.
 */
export function addEntry(text: string, map: MapNode, key: string, value: Value): TextEdit {
  return addEntries(text, map, { [key]: value });
}

/** As addEntry, for several entries at once. */
export function addEntries(text: string, map: MapNode, entries: Readonly<Record<string, Value>>): TextEdit {
  const own = map.entries.filter((entry) => !entry.merged);
  const last = own.at(-1);
  if (map.flow || !last) {
    const inside = map.end - 1;
    const written = flowEntries(entries);
    if (!last) return { start: map.start, end: map.end, text: `{${written}}` };
    const trailing = text.slice(last.value.end, inside).includes(",");
    const at = trailing ? inside : Math.max(last.value.end, last.key.end);
    return { start: at, end: at, text: `${trailing ? " " : ", "}${written}` };
  }
  return insertLines(text, last.value.end, entryLines(text, map, entries));
}

/** Writes `entries` in the place of everything that `map` has of its own. */
export function replaceEntries(
  text: string,
  map: MapNode,
  entries: Readonly<Record<string, Value>>,
): TextEdit {
  const own = map.entries.filter((entry) => !entry.merged);
  const [first, last] = [own[0], own.at(-1)];
  if (!first || !last || Object.keys(entries).length === 0)
    return { start: map.start, end: map.end, text: `{${flowEntries(entries)}}` };
  const written = map.flow
    ? flowEntries(entries)
    : entryLines(text, map, entries).join(breakOf(text)).trimStart();
  return { start: first.key.start, end: Math.max(last.value.end, last.key.end), text: written };
}

function entryLines(text: string, map: MapNode, entries: Readonly<Record<string, Value>>): string[] {
  const first = map.entries.find((entry) => !entry.merged);
  const column = columnOf(text, first?.key.start ?? map.start);
  return Object.entries(entries).flatMap(([key, value]) =>
    blockLines(key, value, column, listIndentOf(text)),
  );
}

function flowEntries(entries: Readonly<Record<string, Value>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${flowText(key)}: ${flowText(value)}`)
    .join(", ");
}

/** Adds an item to the list of entry `key` in `map`, making the list when it is not there. */
export function addItem(text: string, map: MapNode, key: string, item: Value): TextEdit {
  const existing = map.entries.findLast((entry) => entry.key.text === key && !entry.merged);
  if (!existing) return addEntry(text, map, key, [item]);
  const list = existing.value;
  const last = list.kind === "list" ? list.items.at(-1) : undefined;
  if (list.kind !== "list" || (list.flow && !last)) return fillEntry(text, existing, [item]);
  if (!last) return fillEntry(text, existing, [item]);
  if (list.flow) return { start: last.end, end: last.end, text: `, ${flowText(item)}` };
  const column = columnOf(text, list.start);
  return insertLines(text, last.end, itemLines(item, column, listIndentOf(text)));
}

/** Sets entry `key` of `map`: replaces what is there, or adds it. */
export function setEntry(text: string, map: MapNode, key: string, value: Value): TextEdit {
  const existing = map.entries.findLast((entry) => entry.key.text === key && !entry.merged);
  return existing ? fillEntry(text, existing, value) : addEntry(text, map, key, value);
}

function fillEntry(text: string, entry: MapEntry, value: Value): TextEdit {
  const column = columnOf(text, entry.key.start);
  const scalar = typeof value !== "object";
  const flow = !scalar && onOneLine(text, entry) && !isNull(entry.value);
  const written =
    scalar || flow
      ? flowText(value)
      : blockLines("", value, column, listIndentOf(text)).slice(1).join(breakOf(text));
  if (entry.value.end > entry.value.start)
    return {
      start: entry.value.start,
      end: entry.value.end,
      text: flow || scalar ? written : flowText(value),
    };
  const colon = text.indexOf(":", entry.key.end) + 1;
  return { start: colon, end: colon, text: scalar ? ` ${written}` : `${breakOf(text)}${written}` };
}

/**
 * Takes `entry` out of `map`: with its lines where it stands on its own, else leaves valid braces behind.
 */
export function removeEntry(text: string, map: MapNode, entry: MapEntry): TextEdit {
  const own = map.entries.filter((other) => !other.merged);
  const index = own.indexOf(entry);
  const end = Math.max(entry.value.end, entry.key.end);
  if (own.length <= 1) return { start: map.start, end: map.end, text: "{}" };
  if (map.flow) return removeFromFlow({ start: entry.key.start, end }, index, own[index - 1], own[index + 1]);
  const next = own[index + 1];
  // The first entry of a list item follows its dash: what comes next moves up to its place.
  if (index === 0 && next) return { start: entry.key.start, end: next.key.start, text: "" };
  const start = lineStart(text, entry.key.start);
  return { start, end: lineEnd(text, end), text: "" };
}

function removeFromFlow(span: Span, index: number, before?: MapEntry, after?: MapEntry): TextEdit {
  if (index === 0 && after) return { start: span.start, end: after.key.start, text: "" };
  const start = before ? Math.max(before.value.end, before.key.end) : span.start;
  return { start, end: span.end, text: "" };
}

/**
 * Lines of block YAML for `key: value`, indented by `column`; the first stands alone.
 * @param listIndent how much deeper than its key a list stands: 0 or 2.
 */
function blockLines(key: string, value: Value, column: number, listIndent: number): string[] {
  const indent = " ".repeat(column);
  if (typeof value !== "object") return [`${indent}${flowText(key)}: ${flowText(value)}`];
  const inner = isList(value)
    ? value.flatMap((item) => itemLines(item, column + listIndent, listIndent))
    : Object.entries(value).flatMap(([name, child]) => blockLines(name, child, column + 2, listIndent));
  return [`${indent}${flowText(key)}:`, ...inner];
}

function itemLines(item: Value, column: number, listIndent: number): string[] {
  const indent = " ".repeat(column);
  if (typeof item !== "object" || isList(item)) return [`${indent}- ${flowText(item)}`];
  const lines = Object.entries(item).flatMap(([name, inner]) =>
    blockLines(name, inner, column + 2, listIndent),
  );
  return lines.map((line, index) => (index === 0 ? `${indent}- ${line.trimStart()}` : line));
}

/** As the first list of the text is written: at the level of its key, or two deeper. */
function listIndentOf(text: string): number {
  const first = /^( *)(?:- )*[^\s#-][^\n]*:[ \t]*\r?\n( *)- /m.exec(text);
  return first && first[1]?.length === first[2]?.length ? 0 : 2;
}

function flowText(value: Value): string {
  if (typeof value === "string")
    return /^(?:[A-Za-z/][\w./-]*|\d+[KMGTPE]i)$/.test(value) && !isReserved(value)
      ? value
      : JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(flowText).join(", ")}]`;
  return `{${flowEntries(value)}}`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isReserved(text: string): boolean {
  return /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text);
}

function onOneLine(text: string, entry: MapEntry): boolean {
  return !text.slice(entry.key.start, entry.value.end).includes("\n");
}

/** Inserts whole lines after the line that holds `offset`. */
export function insertLines(text: string, offset: number, lines: readonly string[]): TextEdit {
  const eol = breakOf(text);
  const at = lineEnd(text, offset);
  const joined = lines.join(eol);
  if (at > 0 && text[at - 1] === "\n") return { start: at, end: at, text: `${joined}${eol}` };
  return { start: at, end: at, text: `${eol}${joined}` };
}

/** Start of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** First offset after the line break that ends the line of `offset`; a break just before `offset` counts. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const next = text.indexOf("\n", offset);
  return next === -1 ? text.length : next + 1;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The line break that `text` uses, as its first line has it. */
export function breakOf(text: string): string {
  return text[text.indexOf("\n") - 1] === "\r" ? "\r\n" : "\n";
}

/** A map and the entry in it that leads further in. */
export interface Step {
  readonly map: MapNode;
  readonly entry: MapEntry;
}

/** Takes out the innermost entry, and with it every map around it that would be left empty. */
export function removeDeep(text: string, steps: readonly Step[]): TextEdit | undefined {
  let index = steps.length - 1;
  while (index > 0 && (steps[index]?.map.entries.length ?? 0) <= 1) index--;
  const step = steps[index];
  return step && removeEntry(text, step.map, step.entry);
}

/** Takes item `index` out of a list with more than one. */
export function removeItem(text: string, list: ListNode, index: number): TextEdit | undefined {
  const item = list.items[index];
  if (!item || list.items.length < 2) return undefined;
  if (!list.flow) return { start: lineStart(text, item.start), end: lineEnd(text, item.end), text: "" };
  const next = list.items[index + 1];
  if (next) return { start: item.start, end: next.start, text: "" };
  return { start: list.items[index - 1]?.end ?? item.start, end: item.end, text: "" };
}

/** A tree as a value that can be written elsewhere. */
export function valueOf(node: SyntaxNode): Value {
  if (node.kind === "list") return node.items.map(valueOf);
  if (node.kind === "map")
    return Object.fromEntries(node.entries.map((entry) => [entry.key.text, valueOf(entry.value)]));
  return booleanOf(node) ?? numberOf(node) ?? node.text;
}
