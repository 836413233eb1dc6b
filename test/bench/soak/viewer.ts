// Does with a tree what a window does: shows all of it once, and asks again for what the tree says has changed.
import type { Row, Tree } from "../../../src/ui/view.ts";

export class Viewer<Node extends { id: string }> {
  readonly #tree: Tree<Node>;
  readonly #isOpen: (row: Row) => boolean;
  readonly #open = new Set<string>();
  readonly #atMs: number[] = [];
  #work: Promise<void> = Promise.resolve();

  /** @param isOpen which rows are expanded. */
  constructor(tree: Tree<Node>, isOpen: (row: Row) => boolean) {
    this.#tree = tree;
    this.#isOpen = isOpen;
    tree.changed((nodes) => {
      this.#atMs.push(performance.now());
      this.#work = this.#work.then(() => this.#refresh(nodes));
    });
  }

  /** Shows all of it. */
  show(): Promise<void> {
    this.#work = this.#work.then(() => this.#children(undefined));
    return this.#work;
  }

  /** From now on is counted. */
  reset(): void {
    this.#atMs.length = 0;
  }

  get refreshes(): number {
    return this.#atMs.length;
  }

  /** In whichever second there were most. */
  get mostInASecond(): number {
    let from = 0;
    let most = 0;
    for (const [index, atMs] of this.#atMs.entries()) {
      while ((this.#atMs[from] ?? 0) <= atMs - 1000) from++;
      most = Math.max(most, index - from + 1);
    }
    return most;
  }

  async #refresh(nodes: Node[] | undefined): Promise<void> {
    if (!nodes) return this.#children(undefined);
    // As a window: all that has changed in one turn, and what stands under each in a turn of its own.
    for (const node of nodes) this.#tree.row(node);
    for (const node of nodes.filter(({ id }) => this.#open.has(id))) {
      await nextTurn();
      await this.#children(node);
    }
  }

  async #children(node: Node | undefined): Promise<void> {
    for (const child of await this.#tree.children(node)) {
      const row = this.#tree.row(child);
      if (row.collapsible === "none" || !this.#isOpen(row)) continue;
      this.#open.add(child.id);
      await nextTurn();
      await this.#children(child);
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
