// Lets rows share what is the same of many: the labels of a workload's pods, and the links among them.
import type { ObjectRow } from "./row.ts";

/** Texts of one generation: pods of a workload come near to each other, and labels that change all the time must not pile up. */
const MOST = 1_000;

interface Shared {
  labels: string;
  links?: readonly string[];
}

export class SharedLabels {
  #known = new Map<string, Shared>();
  /** Those before: what is met again goes on. */
  #old = new Map<string, Shared>();

  /** Puts the shared text in place of the row's own. */
  share(row: ObjectRow): void {
    const { labels, links } = row;
    if (labels === undefined) return;
    const known = this.#known.get(labels) ?? this.#old.get(labels);
    if (known) {
      row.labels = known.labels;
      if (known.links && links) row.links = known.links;
    }
    if (this.#known.has(labels)) return;
    if (this.#known.size >= MOST) {
      this.#old = this.#known;
      this.#known = new Map();
    }
    this.#known.set(labels, known ?? { labels, ...(links ? { links } : {}) });
  }
}
