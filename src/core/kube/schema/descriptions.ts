// What the schemas say of themselves: definitions and fields in the words of Kubernetes.
import type { DescriptionsFile } from "./file.ts";

export class Descriptions {
  readonly #rows: ReadonlyMap<string, number>;
  readonly #file: DescriptionsFile;

  /** @param names of the definitions, in the order of the rows. */
  constructor(names: readonly string[], file: DescriptionsFile) {
    this.#rows = new Map(names.map((name, row) => [name, row]));
    this.#file = file;
  }

  /** Of a definition by its name in OpenAPI, or of one of its fields; empty when there is none. */
  of(definition: string, field?: string): string {
    const [whole = "", fields = {}] = this.#file[this.#rows.get(definition) ?? -1] ?? [];
    if (field === undefined) return whole;
    return Object.hasOwn(fields, field) ? (fields[field] ?? "") : "";
  }
}
