// Schemas of clusters on the disk: what each API version of a server holds, by the server's own hash of it, and which
// of them the cluster has that was asked last. They are there without the cluster, too.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { KindSchema } from "../../core/kube/schema/schema.ts";
import { asServedGroup, type ServedGroup, servedKinds } from "../../core/kube/schema/served.ts";
import { writeWhole } from "../files/replaceFile.ts";

/** What is used last stays. */
const MOST_FILES = 200;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILE_BYTES = 16 * 1024 * 1024;
const INDEX = "served.json";

/** What a cluster serves, as far as it was read: the keys of files by API version. */
export type ServedIndex = Readonly<Record<string, string>>;

export class ServedFiles {
  readonly #folder: string;

  /** @param folder is made when something is kept. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param hash the address of the description, which names its hash. */
  keyOf(hash: string): string {
    return createHash("sha256").update(hash).digest("hex").slice(0, 32);
  }

  has(key: string): boolean {
    return this.#group(key) !== undefined;
  }

  /** What can't be written is not kept: it is asked for again then. */
  keep(key: string, group: ServedGroup): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      const text = JSON.stringify(group);
      if (text.length > MOST_FILE_BYTES) return;
      writeWhole(join(this.#folder, `${key}.json`), text);
      this.#bound();
    } catch {
      // A full disk, or a folder that is not ours: checking goes on without.
    }
  }

  /** These are the ones that count from now on, and `absent` no more. True when others did before. */
  select(index: ServedIndex, absent: readonly string[]): boolean {
    const before = this.index();
    const rest = Object.entries(before).filter(([apiVersion]) => !absent.includes(apiVersion));
    const all = { ...Object.fromEntries(rest), ...index };
    if (JSON.stringify(all) === JSON.stringify(before)) return false;
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeWhole(join(this.#folder, INDEX), JSON.stringify(all));
      return true;
    } catch {
      // As above.
      return false;
    }
  }

  /** Changes with every `select` that changes something; 0 without any. */
  get version(): number {
    return statSync(join(this.#folder, INDEX), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  index(): ServedIndex {
    const read = this.#json(INDEX);
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(
      Object.entries(read).filter((entry): entry is [string, string] =>
        /^[0-9a-f]{32}$/.test(String(entry[1])),
      ),
    );
  }

  /** The kinds that count. */
  kinds(index: ServedIndex = this.index()): KindSchema[] {
    return Object.values(index).flatMap((key) => {
      const group = this.#group(key);
      return group ? servedKinds(group) : [];
    });
  }

  #group(key: string): ServedGroup | undefined {
    const group = asServedGroup(this.#json(`${key}.json`));
    if (!group) rmSync(join(this.#folder, `${key}.json`), { force: true });
    return group;
  }

  /** A file that is broken is as good as none. */
  #json(name: string): unknown {
    const path = join(this.#folder, name);
    try {
      const { size } = statSync(path);
      if (size > MOST_FILE_BYTES) return undefined;
      const read: unknown = JSON.parse(readFileSync(path, "utf8"));
      const now = new Date();
      if (name !== INDEX) utimesSync(path, now, now);
      return read;
    } catch {
      return undefined;
    }
  }

  #bound(): void {
    const files = readdirSync(this.#folder)
      .filter((name) => name !== INDEX && name.endsWith(".json"))
      .map((name) => ({ name, stats: statSync(join(this.#folder, name)) }))
      .toSorted((one, other) => other.stats.mtimeMs - one.stats.mtimeMs);
    let bytes = 0;
    for (const [index, { name, stats }] of files.entries()) {
      bytes += stats.size;
      if (index >= MOST_FILES || bytes > MOST_BYTES) rmSync(join(this.#folder, name), { force: true });
    }
  }
}
