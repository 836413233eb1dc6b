// The rows of namespaces as the person wants them laid out, kept as long as the rows are the same.
import { type Arrangement, arranged, type GroupBy } from "../../../core/kube/arrangement.ts";
import type { Grouping } from "../../../core/kube/grouping.ts";

export class Arrangements {
  /** By what they are made of, so that they go with it. */
  readonly #known = new WeakMap<Grouping, Map<string, Arrangement>>();

  of(grouping: Grouping, namespace: string, by: GroupBy): Arrangement {
    let known = this.#known.get(grouping);
    if (!known) this.#known.set(grouping, (known = new Map()));
    const key = `${by}/${namespace}`;
    let arrangement = known.get(key);
    if (!arrangement) known.set(key, (arrangement = arranged(grouping, namespace, by)));
    return arrangement;
  }
}
