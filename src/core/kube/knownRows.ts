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

export interface RowChange {
  uid: string;
  before?: ObjectRow;
  after?: ObjectRow;
}

/** Changed in place: a copy of 10,000 rows for each handful of changes would take 3 ms. */
export class KnownRows {
  readonly #rows = new Map<string, ObjectRow>();
  /** Seen by the list that is under way. */
  #seen: Set<string> | undefined;
  #isComplete = false;

  /** By uid. */
  get rows(): ReadonlyMap<string, ObjectRow> {
    return this.#rows;
  }

  /** True once a whole list has arrived. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** A list has begun and not ended. */
  get isListing(): boolean {
    return this.#seen !== undefined;
  }

  /** Takes events in, in order. @returns each row that is not as before, once. */
  apply(events: readonly WatchEvent[]): RowChange[] {
    const before = new Map<string, ObjectRow | undefined>();
    for (const event of events) this.#take(event, before);
    const changed: RowChange[] = [];
    for (const [uid, was] of before) {
      const is = this.#rows.get(uid);
      if (was === is) continue;
      const change: RowChange = { uid };
      if (was) change.before = was;
      if (is) change.after = is;
      changed.push(change);
    }
    return changed;
  }

  /** @param before rows as they were before the first event that touched them. */
  #take(event: WatchEvent, before: Map<string, ObjectRow | undefined>): void {
    switch (event.type) {
      case "relist":
        this.#seen = new Set();
        break;
      case "page":
        for (const row of event.rows) this.#set(row, before);
        break;
      case "listed":
        if (this.#seen)
          for (const uid of this.#rows.keys()) if (!this.#seen.has(uid)) this.#remove(uid, before);
        this.#seen = undefined;
        this.#isComplete = true;
        break;
      case "set":
        this.#set(event.row, before);
        break;
      case "gone":
        this.#remove(event.uid, before);
        break;
    }
  }

  #set(row: ObjectRow, before: Map<string, ObjectRow | undefined>): void {
    this.#seen?.add(row.uid);
    const was = this.#rows.get(row.uid);
    if (was !== undefined && sameRow(was, row)) return;
    if (!before.has(row.uid)) before.set(row.uid, was);
    this.#rows.set(row.uid, row);
  }

  #remove(uid: string, before: Map<string, ObjectRow | undefined>): void {
    const was = this.#rows.get(uid);
    if (was === undefined) return;
    if (!before.has(uid)) before.set(uid, was);
    this.#rows.delete(uid);
  }
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
