// Lists of rows by a key, each put in order when somebody looks at it, and kept so.

export interface Lists<Row> extends Iterable<[key: string, rows: readonly Row[]]> {
  has(key: string): boolean;
  get(key: string): readonly Row[] | undefined;
}

interface List<Row> {
  rows: Row[];
  isOrdered: boolean;
  /** Somebody has it, who does not expect it to change. */
  isGiven: boolean;
}

/** What nobody has open is never sorted: sorting 10,000 pods takes three times as long as grouping them. */
export class OrderedLists<Row extends { uid: string }> implements Lists<Row> {
  readonly #lists = new Map<string, List<Row>>();
  readonly #compare: (one: Row, other: Row) => number;

  /** @param compare gives 0 for rows of one uid alone, and the same for them whatever else they say. */
  constructor(compare: (one: Row, other: Row) => number) {
    this.#compare = compare;
  }

  /** Adds a row that is in no list yet. */
  add(key: string, row: Row): void {
    const list = this.#lists.get(key);
    if (!list) this.#lists.set(key, { rows: [row], isOrdered: false, isGiven: false });
    else if (list.isOrdered) insert(owned(list), row, this.#compare);
    else list.rows.push(row);
  }

  /** Takes the row of that uid away; nothing happens where there is none. */
  delete(key: string, row: Row): void {
    const list = this.#lists.get(key);
    if (!list) return;
    const index = this.#indexOf(list, row);
    if (list.rows[index]?.uid !== row.uid) return;
    if (list.rows.length === 1) this.#lists.delete(key);
    else owned(list).splice(index, 1);
  }

  has(key: string): boolean {
    return this.#lists.has(key);
  }

  keys(): Iterable<string> {
    return this.#lists.keys();
  }

  /** In order; stays as it is when rows come or go. */
  get(key: string): readonly Row[] | undefined {
    const list = this.#lists.get(key);
    if (!list) return undefined;
    if (!list.isOrdered) list.rows.sort(this.#compare);
    list.isOrdered = true;
    list.isGiven = true;
    return list.rows;
  }

  /** In no order, for a look at all of them. */
  each(key: string): Iterable<Row> {
    return this.#lists.get(key)?.rows ?? [];
  }

  *[Symbol.iterator](): Iterator<[string, readonly Row[]]> {
    for (const key of this.#lists.keys()) yield [key, this.get(key) ?? []];
  }

  #indexOf({ rows, isOrdered }: List<Row>, row: Row): number {
    return isOrdered ? place(rows, row, this.#compare) : rows.findIndex(({ uid }) => uid === row.uid);
  }
}

function owned<Row>(list: List<Row>): Row[] {
  if (list.isGiven) list.rows = list.rows.slice();
  list.isGiven = false;
  return list.rows;
}

function insert<Row>(rows: Row[], row: Row, compare: (one: Row, other: Row) => number): void {
  rows.splice(place(rows, row, compare), 0, row);
}

/** The first index whose row does not come before it. */
function place<Row>(rows: readonly Row[], row: Row, compare: (one: Row, other: Row) => number): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const at = rows[middle];
    if (at !== undefined && compare(at, row) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
