// What a tree is to become, as text edits that can be made together: several settings, one new map around them.
import { addEntries, addItem, replaceEntries, setEntry, type Value } from "./edit.ts";
import { entryOf, isNull, type ListNode, type MapEntry, type MapNode } from "./node.ts";
import type { TextEdit } from "./problem.ts";
import { removeEntries, removeItems } from "./removals.ts";

type Path = readonly [string, ...string[]];

export type Change =
  /** The scalar at `path` below `map`; maps on the way are made. */
  | { readonly kind: "set"; readonly map: MapNode; readonly path: Path; readonly value: Value }
  /** One more item in the list at `path`; the list is made where there is none. */
  | { readonly kind: "add"; readonly map: MapNode; readonly path: Path; readonly item: Value }
  | { readonly kind: "remove"; readonly map: MapNode; readonly entry: MapEntry }
  | { readonly kind: "removeItem"; readonly list: ListNode; readonly index: number };

interface PlacedEdit extends TextEdit {
  /** Of two insertions at one place, the one into the map that starts later comes first: it is the inner one. */
  readonly inside: number;
}

/** What a map gets: values, or maps that are still being filled. */
interface Growing {
  [key: string]: Value | Growing;
}

/**
 * Edits that make all the changes at once.
 * @param text what the places of the changes refer to.
 * @returns undefined when they do not go together, or would change what a merge key or an odd value brings in.
 */
export function editsFor(text: string, changes: readonly Change[]): TextEdit[] | undefined {
  const additions = new Map<MapNode, Growing>();
  const removals = new Map<MapNode, Set<MapEntry>>();
  const items = new Map<ListNode, Set<number>>();
  const edits: PlacedEdit[] = [];
  for (const change of changes) {
    if (change.kind === "remove") {
      if (change.entry.merged) return undefined;
      removals.set(change.map, (removals.get(change.map) ?? new Set()).add(change.entry));
    } else if (change.kind === "removeItem") {
      items.set(change.list, (items.get(change.list) ?? new Set()).add(change.index));
    } else {
      const made = place(text, change, additions);
      if (!made) return undefined;
      edits.push(...made);
    }
  }
  for (const [map, entries] of removals) {
    const own = map.entries.filter((entry) => !entry.merged);
    if (entries.size === own.length) {
      edits.push({ ...replaceEntries(text, map, additions.get(map) ?? {}), inside: map.start });
      additions.delete(map);
    } else for (const edit of removeEntries(text, map, entries)) edits.push({ ...edit, inside: map.start });
  }
  for (const [list, indexes] of items) {
    if (indexes.size === list.items.length) return undefined;
    for (const edit of removeItems(text, list, indexes)) edits.push({ ...edit, inside: list.start });
  }
  for (const [map, entries] of additions) edits.push(...added(text, map, entries));
  return together(edits);
}

/** The edit of one setting, or nothing where it is left to `additions`; undefined where it can't be made. */
function place(
  text: string,
  change: Extract<Change, { path: Path }>,
  additions: Map<MapNode, Growing>,
): PlacedEdit[] | undefined {
  let { map } = change;
  for (const [index, key] of change.path.entries()) {
    const entry = entryOf(map, key);
    const last = index === change.path.length - 1;
    if (entry?.merged) return undefined;
    if (!entry || isNull(entry.value)) {
      const growing = additions.get(map) ?? {};
      additions.set(map, growing);
      return grow(growing, change.path.slice(index), change.kind === "add" ? [change.item] : change.value)
        ? []
        : undefined;
    }
    if (last && change.kind === "add") {
      if (entry.value.kind !== "list") return undefined;
      return [{ ...addItem(text, map, key, change.item), inside: entry.value.start }];
    }
    if (last) return scalarEdit(text, entry, change.kind === "set" ? change.value : "");
    if (entry.value.kind !== "map") return undefined;
    map = entry.value;
  }
  return undefined;
}

function scalarEdit(text: string, { value: node }: MapEntry, value: Value): PlacedEdit[] | undefined {
  if (node.kind !== "scalar" || typeof value === "object") return undefined;
  const quote = text[node.start];
  const quoted = typeof value === "string" && (quote === '"' || quote === "'");
  const written = quoted ? `${quote}${value}${quote}` : String(value);
  return [{ start: node.start, end: node.end, text: written, inside: node.start }];
}

/** False when the path runs into something that is no map. */
function grow(growing: Growing, path: readonly string[], value: Value): boolean {
  const [key = "", ...rest] = path;
  const known = growing[key];
  if (rest.length === 0) {
    const both = isList(known) && isList(value);
    growing[key] = both ? Array.from(new Set([...known, ...value])) : value;
    return true;
  }
  if (known !== undefined && (typeof known !== "object" || isList(known))) return false;
  const inner: Growing = { ...known };
  growing[key] = inner;
  return grow(inner, rest, value);
}

function isList(value: Value | Growing | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Keys that stand there with nothing behind them are filled, the others come after the last. */
function added(text: string, map: MapNode, growing: Growing): PlacedEdit[] {
  const entries = Object.entries(growing as Readonly<Record<string, Value>>);
  const fresh = entries.filter(([key]) => !entryOf(map, key));
  const edits: PlacedEdit[] = entries
    .filter(([key]) => entryOf(map, key))
    .map(([key, value]) => ({ ...setEntry(text, map, key, value), inside: map.start }));
  if (fresh.length > 0)
    edits.push({ ...addEntries(text, map, Object.fromEntries(fresh)), inside: map.start });
  return edits;
}

/** In the order of the text, each once; undefined when two of them touch the same text. */
function together(edits: readonly PlacedEdit[]): TextEdit[] | undefined {
  const sorted = edits.toSorted(
    (one, other) => one.start - other.start || one.end - other.end || other.inside - one.inside,
  );
  const result: TextEdit[] = [];
  for (const { start, end, text } of sorted) {
    const before = result.at(-1);
    if (before?.start === start && before.end === end && before.text === text) continue;
    if (before && start < before.end) return undefined;
    result.push({ start, end, text });
  }
  return result;
}
