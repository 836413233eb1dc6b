// The language of the filter of a context: which rows it wants, read and asked.
import { hasLabels, readLabelQuery } from "./labelQuery.ts";
import type { LabelExpression } from "./labels.ts";
import { kindWord } from "./kind.ts";
import { isOf, type Person } from "./mine.ts";
import type { ObjectRow } from "./row.ts";

type Wish =
  | { what: "name" | "node"; text: string }
  | { what: "status" | "kind"; words: readonly string[] }
  | { what: "label"; expressions: readonly LabelExpression[] }
  | { what: "gpu" | "mine" };

interface Term {
  /** Rows that do not have it are wanted. */
  isNot: boolean;
  wish: Wish;
}

/** All of them have to hold. */
export type RowFilter = readonly Term[];

export const filterHelp =
  "Words are looked for in names, and all have to hold. Also label:app=llm, status:pending,error, kind:job, node:gpu-1, gpu and mine; ! before one leaves out what it matches. mine: what names you, as the cluster calls you, as its creator or owner in a label or annotation, and what is in a namespace that does.";

/** The filter, or the sentence why the text is none; an empty text wants all. */
export function readFilter(text: string): { filter: RowFilter } | { problem: string } {
  const terms: Term[] = [];
  for (let at = skipped(text, 0); at < text.length; at = skipped(text, at)) {
    const isNot = text[at] === "!";
    const read = readWish(text, isNot ? at + 1 : at);
    if ("problem" in read) return read;
    terms.push({ isNot, wish: read.wish });
    at = read.end;
  }
  return { filter: terms };
}

type ReadWish = { wish: Wish; end: number } | { problem: string };

const LABEL = /(?:labels?:|-l(?:=|\s)\s*|--selector(?:=|\s)\s*)/y;
const WORD = /([A-Za-z-]+:)?(?:"([^"]*)"|'([^']*)'|([^\s"']*))/y;

function readWish(text: string, start: number): ReadWish {
  const label = new RegExp(LABEL);
  label.lastIndex = start;
  if (label.test(text)) return readLabel(text, label.lastIndex);
  const pattern = new RegExp(WORD);
  pattern.lastIndex = start;
  const found = pattern.exec(text);
  const [all = "", head, double, single, bare] = found ?? [];
  const end = start + all.length;
  const next = text[end];
  if (next === '"' || next === "'")
    return { problem: `The quote at ${end + 1} has no partner, or no blank before it.` };
  const value = double ?? single ?? bare ?? "";
  const isQuoted = bare === undefined;
  if (value === "") return { problem: `After ${head ?? text.slice(start - 1, start)} a word is missing.` };
  if (head === undefined && !isQuoted) {
    if (value === "gpu" || value === "mine") return { wish: { what: value }, end };
    if (value.includes(":")) return { problem: unknown(value) };
  }
  if (head === undefined) return { wish: { what: "name", text: value.toLowerCase() }, end };
  const values = (isQuoted ? [value] : value.split(",")).filter((one) => one !== "");
  if (values.length === 0) return { problem: `After ${head} a word is missing.` };
  const wish = namedWish(head.slice(0, -1).toLowerCase(), values);
  return wish ? { wish, end } : { problem: unknown(head) };
}

function readLabel(text: string, start: number): ReadWish {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") {
    const read = readLabelQuery(text, start);
    if ("problem" in read) return read;
    const next = text[read.end];
    if (next !== undefined && !/\s/.test(next))
      return {
        problem: `${next} can't stand in a label or its value: use label:app=llm or label:app in (a,b).`,
      };
    return { wish: { what: "label", expressions: read.expressions }, end: read.end };
  }
  const end = text.indexOf(quote, start + 1);
  if (end < 0) return { problem: `The quote at ${start + 1} has no partner.` };
  const inside = text.slice(start + 1, end).trim();
  const read = readLabelQuery(inside, 0);
  if ("problem" in read) return read;
  if (read.end < inside.length)
    return {
      problem: `${inside.slice(read.end).trim()} is no part of a selector: a comma stands between two.`,
    };
  return { wish: { what: "label", expressions: read.expressions }, end: end + 1 };
}

function namedWish(name: string, values: readonly string[]): Wish | undefined {
  const words = values.map((value) => value.toLowerCase());
  const text = words.join(",");
  switch (name) {
    case "name":
    case "node":
      return { what: name, text };
    case "status":
    case "kind":
      return { what: name, words };
    case "has":
    case "is":
      return text === "gpu" || text === "mine" ? { what: text } : undefined;
    default:
      return undefined;
  }
}

function unknown(word: string): string {
  return `${word} is not known here: there are name:, label:, status:, kind:, node:, has:gpu and mine. A name with a colon stands in quotes.`;
}

function skipped(text: string, at: number): number {
  let next = at;
  while (next < text.length && /\s/.test(text[next] ?? "")) next++;
  return next;
}

/** True where who the person is has to be known. */
export function asksWhose(filter: RowFilter): boolean {
  return filter.some(({ wish }) => wish.what === "mine");
}

/**
 * @param person who asks; undefined while that is not known: then nothing is theirs.
 * @param owner the row it stands under: what belongs to what is mine is mine.
 */
export function isWanted(
  filter: RowFilter,
  row: ObjectRow,
  person: Person | undefined,
  owner?: ObjectRow,
): boolean {
  return filter.every(({ isNot, wish }) => holds(wish, row, person, owner) !== isNot);
}

function holds(
  wish: Wish,
  row: ObjectRow,
  person: Person | undefined,
  owner: ObjectRow | undefined,
): boolean {
  switch (wish.what) {
    case "name":
      return row.name.toLowerCase().includes(wish.text);
    case "node":
      return (row.kind === "Node" ? row.name : row.kind === "Pod" ? (row.node ?? "") : "")
        .toLowerCase()
        .includes(wish.text);
    case "kind":
      return wish.words.includes(kindWord(row.kind).toLowerCase());
    case "status":
      return wish.words.some((word) => hasStatus(row, word));
    case "label":
      return hasLabels(wish.expressions, row.labels);
    case "gpu":
      return hasDevices(row);
    case "mine":
      return person !== undefined && (isOf(row, person) || (owner !== undefined && isOf(owner, person)));
  }
}

/** The words of the row, the phase behind them, or how well it is: `error`, `warning`, `progress`, `ok`, `done`. */
function hasStatus(row: ObjectRow, word: string): boolean {
  return (
    row.health === word ||
    row.status.toLowerCase().includes(word) ||
    (row.kind === "Pod" && row.phase.toLowerCase() === word)
  );
}

function hasDevices(row: ObjectRow): boolean {
  const devices = row.kind === "Pod" ? row.accelerators : row.kind === "Node" ? row.allocatable : {};
  return Object.values(devices).some((count) => count > 0);
}

/** It asks for nothing but names, and this is one. */
export function wantsName(filter: RowFilter, name: string): boolean {
  return filter.every(({ isNot, wish }) => wish.what === "name" && !isNot && name.includes(wish.text));
}
