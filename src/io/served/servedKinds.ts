// The kinds of the cluster that was asked last, read again only when they have changed.
import type { KindSchema } from "../../core/kube/schema/schema.ts";
import type { ServedFiles } from "./servedFiles.ts";

export class ServedKinds {
  readonly #files: ServedFiles;
  #version = -1;
  #kinds: readonly KindSchema[] = [];

  constructor(files: ServedFiles) {
    this.#files = files;
  }

  /** The same list as long as nothing has changed. */
  kinds(): readonly KindSchema[] {
    const { version } = this.#files;
    if (version === this.#version) return this.#kinds;
    this.#version = version;
    this.#kinds = version === 0 ? [] : this.#files.kinds();
    return this.#kinds;
  }
}
