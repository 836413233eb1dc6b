// A tree as a window keeps it: it asks again for what was said to have changed, knows rows by their ids, and what it no
// longer finds is neither selected nor open any more, also when it comes back.
import type { Row, Tree } from "../../../src/ui/view.ts";

interface Shown<Node> {
  node: Node;
  row: Row;
  children: Shown<Node>[];
}

export class ShownTree<Node = unknown> {
  readonly #tree: Tree<Node>;
  readonly #listener: { dispose(): void };
  readonly #open = new Set<string>();
  #roots: Shown<Node>[] = [];
  #selected: string | undefined;
  #working: Promise<void> = Promise.resolve();
  /** Labels of rows that were gone for a while and came back. */
  readonly lost: string[] = [];
  readonly #gone = new Set<string>();

  constructor(tree: Tree<Node>) {
    this.#tree = tree;
    this.#listener = tree.changed(() => void this.#again());
  }

  /** Label of what is selected. */
  get selected(): string | undefined {
    return this.#all().find(({ row }) => row.id === this.#selected)?.row.label;
  }

  /** Labels of what is open, in order. */
  get expanded(): string[] {
    return this.#all()
      .filter(({ row }) => this.#open.has(row.id))
      .map(({ row }) => row.label)
      .sort();
  }

  async expand(...labels: string[]): Promise<void> {
    const { row } = await this.#find(labels);
    this.#open.add(row.id);
    await this.#again();
  }

  async select(...labels: string[]): Promise<void> {
    this.#selected = (await this.#find(labels)).row.id;
  }

  /** What is on the screen. */
  async text(): Promise<string> {
    await this.#again();
    return this.#all()
      .map(({ row }) => row.label)
      .join("\n");
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #again(): Promise<void> {
    this.#working = this.#working.then(async () => {
      const before = new Set(this.#all().map(({ row }) => row.id));
      this.#roots = await this.#below(undefined);
      const all = this.#all();
      const now = new Set(all.map(({ row }) => row.id));
      for (const id of before) if (!now.has(id)) this.#gone.add(id);
      for (const { row } of all) if (this.#gone.has(row.id) && !before.has(row.id)) this.lost.push(row.label);
      for (const id of this.#open) if (!now.has(id)) this.#open.delete(id);
      if (this.#selected !== undefined && !now.has(this.#selected)) this.#selected = undefined;
    });
    return this.#working;
  }

  async #below(node: Node | undefined): Promise<Shown<Node>[]> {
    const found: Shown<Node>[] = [];
    for (const child of await this.#tree.children(node)) {
      const row = this.#tree.row(child);
      found.push({ node: child, row, children: this.#open.has(row.id) ? await this.#below(child) : [] });
    }
    return found;
  }

  #all(from: readonly Shown<Node>[] = this.#roots): Shown<Node>[] {
    return from.flatMap((one) => [one, ...this.#all(one.children)]);
  }

  async #find(labels: readonly string[]): Promise<Shown<Node>> {
    await this.#again();
    let level = this.#roots;
    let found: Shown<Node> | undefined;
    for (const label of labels) {
      found = level.find(({ row }) => row.label === label);
      level = found?.children ?? [];
    }
    if (!found) throw new Error(`There is no row ${labels.join(" / ")}.`);
    return found;
  }
}
