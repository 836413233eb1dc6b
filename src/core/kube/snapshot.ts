// What is known of one kind: rows, and how a list and a watch change them.
import type { ObjectRow } from "./row.ts";

/**
 * What a list and watch report, in order: `relist` begins a list (also one that replaces a broken list),
 * `page` brings part of it, `listed` ends it (what no page brought is gone), then single changes.
 */
export type WatchEvent =
  | { type: "relist" }
  | { type: "page"; rows: ObjectRow[] }
  | { type: "listed" }
  | { type: "set"; row: ObjectRow }
  | { type: "gone"; uid: string };

export interface Snapshot {
  readonly rows: ReadonlyMap<string, ObjectRow>;
  /** Seen by the list that is under way. */
  readonly seen: ReadonlySet<string> | undefined;
  /** True once a whole list has arrived. */
  readonly complete: boolean;
}

export interface RowChange {
  uid: string;
  before?: ObjectRow;
  after?: ObjectRow;
}

export const emptySnapshot: Snapshot = { rows: new Map(), seen: undefined, complete: false };

/**
 * Applies events in order. The given snapshot is not touched; without a change its rows are handed on.
 * @returns the new snapshot and each row that is not as before, once.
 */
export function applyEvents(
  snapshot: Snapshot,
  events: readonly WatchEvent[],
): { snapshot: Snapshot; changed: RowChange[] } {
  let rows: Map<string, ObjectRow> | undefined;
  let { complete } = snapshot;
  let seen = snapshot.seen === undefined ? undefined : new Set(snapshot.seen);
  const touched = new Set<string>();
  const current = (): ReadonlyMap<string, ObjectRow> => rows ?? snapshot.rows;
  const set = (row: ObjectRow) => {
    seen?.add(row.uid);
    const before = current().get(row.uid);
    if (before !== undefined && sameRow(before, row)) return;
    rows ??= new Map(snapshot.rows);
    rows.set(row.uid, row);
    touched.add(row.uid);
  };
  const remove = (uid: string) => {
    if (!current().has(uid)) return;
    rows ??= new Map(snapshot.rows);
    rows.delete(uid);
    touched.add(uid);
  };
  for (const event of events) {
    switch (event.type) {
      case "relist":
        seen = new Set();
        break;
      case "page":
        for (const row of event.rows) set(row);
        break;
      case "listed":
        if (seen) for (const uid of Array.from(current().keys())) if (!seen.has(uid)) remove(uid);
        seen = undefined;
        complete = true;
        break;
      case "set":
        set(event.row);
        break;
      case "gone":
        remove(event.uid);
        break;
    }
  }
  const after = current();
  const changed: RowChange[] = [];
  for (const uid of touched) {
    const was = snapshot.rows.get(uid);
    const is = after.get(uid);
    if (was === is) continue;
    changed.push({ uid, ...(was ? { before: was } : {}), ...(is ? { after: is } : {}) });
  }
  return { snapshot: { rows: after, seen, complete }, changed };
}

/** Heartbeats change an object and nothing that is shown; such a row stays the same thing. */
function sameRow(one: ObjectRow, other: ObjectRow): boolean {
  const [before, after] = [one, other] as unknown as Record<string, unknown>[];
  if (!before || !after) return false;
  const keys = Object.keys(before);
  if (keys.length !== Object.keys(after).length) return false;
  return keys.every((key) => {
    const value = before[key];
    if (value === after[key]) return true;
    return typeof value === "object" && JSON.stringify(value) === JSON.stringify(after[key]);
  });
}
