// Lists of rows by a key, each put in order when somebody looks at it.

export interface Lists<Row> extends Iterable<[key: string, rows: readonly Row[]]> {
  has(key: string): boolean;
  get(key: string): readonly Row[] | undefined;
}

/** What nobody has open is never sorted: sorting 10,000 pods takes three times as long as grouping them. */
export class OrderedLists<Row> implements Lists<Row> {
  readonly #lists = new Map<string, Row[]>();
  readonly #isOrdered = new Set<string>();
  readonly #compare: (one: Row, other: Row) => number;

  constructor(compare: (one: Row, other: Row) => number) {
    this.#compare = compare;
  }

  add(key: string, row: Row): void {
    const rows = this.#lists.get(key);
    if (rows) rows.push(row);
    else this.#lists.set(key, [row]);
    this.#isOrdered.delete(key);
  }

  has(key: string): boolean {
    return this.#lists.has(key);
  }

  get(key: string): readonly Row[] | undefined {
    const rows = this.#lists.get(key);
    if (rows && !this.#isOrdered.has(key)) {
      rows.sort(this.#compare);
      this.#isOrdered.add(key);
    }
    return rows;
  }

  *[Symbol.iterator](): Iterator<[string, readonly Row[]]> {
    for (const key of this.#lists.keys()) yield [key, this.get(key) ?? []];
  }
}
