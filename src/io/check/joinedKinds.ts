// The kinds that files define and those that a cluster has, as one list that stays the same one while both do: what
// was checked beside it is remembered by it.
import type { KindSchema } from "../../core/kube/schema/schema.ts";

export class JoinedKinds {
  #parts: readonly [readonly KindSchema[], readonly KindSchema[]] | undefined;
  #joined: readonly KindSchema[] = [];

  /** @param defined those of files, which go first. */
  of(defined: readonly KindSchema[], served: readonly KindSchema[]): readonly KindSchema[] {
    if (served.length === 0) return defined;
    if (defined.length === 0) return served;
    if (this.#parts?.[0] !== defined || this.#parts[1] !== served) {
      this.#parts = [defined, served];
      this.#joined = [...defined, ...served];
    }
    return this.#joined;
  }
}
