// What a filter leaves of who stands under whom.
import type { Grouping } from "./grouping.ts";
import type { ObjectRow } from "./row.ts";

/**
 * A row stays if it is wanted or something under it is. Under one that is wanted alone all stays, so that what
 * belongs to it can be seen.
 * @param isWanted is given the row that it stands under, too.
 */
export function filteredGrouping(
  full: Grouping,
  isWanted: (row: ObjectRow, owner: ObjectRow | undefined) => boolean,
): Grouping {
  const under = new Map<string, readonly ObjectRow[]>();
  const left = (rows: readonly ObjectRow[], owner: ObjectRow | undefined) =>
    rows.filter((row) => {
      const below = full.under.get(row.uid);
      const leftBelow = below ? left(below, row) : [];
      if (leftBelow.length > 0) under.set(row.uid, leftBelow);
      if (leftBelow.length > 0) return true;
      if (!isWanted(row, owner)) return false;
      if (below) keepAll(row.uid, below);
      return true;
    });
  const keepAll = (uid: string, rows: readonly ObjectRow[]) => {
    under.set(uid, rows);
    for (const row of rows) {
      const below = full.under.get(row.uid);
      if (below) keepAll(row.uid, below);
    }
  };
  const top = new Map<string, readonly ObjectRow[]>();
  for (const [namespace, rows] of full.top) {
    const rest = left(rows, undefined);
    if (rest.length > 0) top.set(namespace, rest);
  }
  return { ...full, under, top };
}
