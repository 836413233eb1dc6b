// What the tree of clusters reads: it rests while the view is hidden, and the list of a kind while that is closed.
import type { Disposable } from "../../../base/disposables.ts";
import type { ClusterNode } from "./node.ts";

interface Reading {
  context: string;
  /** Whose children it is for, where only they need it. */
  node: ClusterNode | undefined;
  open(): Disposable;
  reading: Disposable | undefined;
}

export class TreeReadings {
  readonly #readings = new Map<string, Reading>();
  readonly #isClosed: (node: ClusterNode) => boolean;
  #isVisible = true;

  /** @param isClosed whether the person closed a node or one above it. */
  constructor(isClosed: (node: ClusterNode) => boolean) {
    this.#isClosed = isClosed;
  }

  /** Begins to read what somebody waits for, unless that is read already. */
  begin(context: string, what: readonly unknown[], open: () => Disposable, node?: ClusterNode): void {
    this.add(context, what, open, node).reading ??= open();
  }

  /** Reads while the view is visible. */
  add(context: string, what: readonly unknown[], open: () => Disposable, node?: ClusterNode): Reading {
    const key = JSON.stringify([context, what, node?.id]);
    const known = this.#readings.get(key);
    if (known) return known;
    const entry = { context, node, open, reading: this.#isVisible ? open() : undefined };
    this.#readings.set(key, entry);
    return entry;
  }

  /** Begins what is seen and rests what is not. @returns the nodes whose own reading began again. */
  adapt(isVisible: boolean): ClusterNode[] {
    this.#isVisible = isVisible;
    const begun: ClusterNode[] = [];
    for (const entry of this.#readings.values()) {
      if (isVisible && !(entry.node && this.#isClosed(entry.node))) {
        if (!entry.reading && entry.node) begun.push(entry.node);
        entry.reading ??= entry.open();
      } else {
        entry.reading?.dispose();
        entry.reading = undefined;
      }
    }
    return begun;
  }

  get contexts(): Set<string> {
    return new Set(Array.from(this.#readings.values(), (entry) => entry.context));
  }

  /** Ends all of a context. */
  forget(context: string): void {
    for (const [key, entry] of Array.from(this.#readings)) {
      if (entry.context !== context) continue;
      entry.reading?.dispose();
      this.#readings.delete(key);
    }
  }

  dispose(): void {
    for (const { reading } of this.#readings.values()) reading?.dispose();
    this.#readings.clear();
  }
}
