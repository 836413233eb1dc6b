// What the files of a workspace say together, kept while they change.
import type { KindSchema } from "../kube/schema/schema.ts";
import { WorkspaceFacts } from "../kube/workspaceFacts.ts";
import type { FileFacts } from "./fileFacts.ts";
import { mergedNamespaces, type NamespacePolicies } from "./podSecurityScope.ts";

export class Workspace {
  readonly objects = new WorkspaceFacts();
  readonly #files = new Map<string, FileFacts>();
  #namespaces: NamespacePolicies | undefined;
  #definitions: readonly KindSchema[] | undefined;

  constructor(files: Iterable<FileFacts> = []) {
    for (const facts of files) this.set(facts.path, facts);
  }

  /** How many files say anything. */
  get size(): number {
    return this.#files.size;
  }

  of(path: string): FileFacts | undefined {
    return this.#files.get(path);
  }

  /** @returns paths of files at or below a folder. */
  below(path: string): string[] {
    return Array.from(this.#files.keys()).filter((file) => file === path || file.startsWith(`${path}/`));
  }

  /**
   * @param path with forward slashes.
   * @param facts undefined for a file that is gone.
   * @returns false where that is what was known.
   */
  set(path: string, facts: FileFacts | undefined): boolean {
    const before = this.#files.get(path);
    if (before === facts || (before && facts && isSame(before, facts))) return false;
    const isEmpty = !facts || (facts.objects.length === 0 && !saysMore(facts));
    if (isEmpty && !before) return false;
    if (saysMore(before) || saysMore(facts)) {
      this.#namespaces = undefined;
      this.#definitions = undefined;
    }
    if (isEmpty) this.#files.delete(path);
    else this.#files.set(path, facts);
    this.objects.set(path, facts?.objects ?? []);
    return true;
  }

  /** The same one until it changes. */
  get namespaces(): NamespacePolicies {
    return (this.#namespaces ??= mergedNamespaces(Array.from(this.#files.values(), (one) => one.namespaces)));
  }

  /** The same ones until they change. */
  get definitions(): readonly KindSchema[] {
    return (this.#definitions ??= Array.from(this.#files.values(), (one) => one.definitions).flat());
  }
}

function saysMore(facts: FileFacts | undefined): boolean {
  return facts !== undefined && (facts.namespaces.size > 0 || facts.definitions.length > 0);
}

function isSame(one: FileFacts, other: FileFacts): boolean {
  return (
    one.definitions.length === 0 &&
    other.definitions.length === 0 &&
    JSON.stringify([one.objects, [...one.namespaces]]) ===
      JSON.stringify([other.objects, [...other.namespaces]])
  );
}
