// Things that end together. Whoever makes a thing puts it into its own Disposables.

export interface Disposable {
  dispose(): void;
}

export class Disposables implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Adds `item` and gives it back; after `dispose` it is disposed at once, so nothing can leak late. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    const items = this.#items.reverse();
    this.#items = [];
    for (const item of items) item.dispose();
  }
}
