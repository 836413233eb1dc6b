// Lets rows share what is the same of many: the labels of a workload's pods, and the links among them.
import type { ObjectRow } from "./row.ts";

/** More texts than this are those of pods that are long gone. */
const MOST = 20_000;

interface Shared {
  labels: string;
  links?: readonly string[];
}

export class SharedLabels {
  readonly #known = new Map<string, Shared>();

  /** Puts the shared text in place of the row's own. */
  share(row: ObjectRow): void {
    if (row.labels === undefined) return;
    const known = this.#known.get(row.labels);
    if (known) {
      row.labels = known.labels;
      if (known.links && row.links) row.links = known.links;
      return;
    }
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(row.labels, { labels: row.labels, ...(row.links ? { links: row.links } : {}) });
  }
}
