// What the files below a folder say to each other, read in turns so that whoever asks meanwhile is answered, and kept
// while files change. Text that is open in an editor counts more than the file on the disk.
import { statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { isAbort, type Signal, throwIfAborted } from "../../base/signal.ts";
import { isKustomization } from "../../core/kube/kustomization.ts";
import type { WorkspaceFacts } from "../../core/kube/workspaceFacts.ts";
import { type FileFacts, fileFacts } from "../../core/rules/fileFacts.ts";
import { Workspace } from "../../core/rules/workspace.ts";
import { kindOf } from "../files/kindOf.ts";
import { readText } from "../files/readText.ts";
import { isWalked, walk } from "../files/walk.ts";

export interface IndexLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly objects: number;
  readonly definitions: number;
}

const LIMITS: IndexLimits = {
  files: 10_000,
  fileBytes: 4 * 1024 * 1024,
  objects: 100_000,
  definitions: 2_000,
};

/** How long a check may have to wait for the reading of files, unless a file takes longer by itself. */
const TURN_MS = 10;
/** A smaller file can't hold up anybody. */
const LARGE_BYTES = 16 * 1024;

export interface IndexEvents {
  /** What is known has changed: what was found with it may not hold any more. */
  changed(): void;
  /** A large file is being read; undefined when that is over. */
  reading(path: string | undefined): void;
}

export class WorkspaceIndex {
  readonly #root: string;
  readonly #events: IndexEvents;
  readonly #skipped: ReadonlySet<string>;
  readonly #signal: Signal;
  readonly #limits: IndexLimits;
  readonly #workspace = new Workspace();
  /** By path with forward slashes, as all here. */
  readonly #open = new Map<string, FileFacts | undefined>();
  readonly #files = new Set<string>();
  #isRead = false;
  #isTooLarge = false;
  /** One thing after the other; it never rejects. */
  #work = Promise.resolve();
  #turn = 0;

  /**
   * @param root absolute path of the folder.
   * @param skipped paths of files that are not read: earlier that did not end.
   * @param signal ends all reading.
   */
  constructor(
    root: string,
    events: IndexEvents,
    signal: Signal,
    skipped: readonly string[] = [],
    limits: IndexLimits = LIMITS,
  ) {
    this.#root = root;
    this.#events = events;
    this.#signal = signal;
    this.#skipped = new Set(skipped);
    this.#limits = limits;
    this.rescan();
  }

  /** True when there is more than is looked at; then nothing is said of how files go together. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  get workspace(): Workspace {
    return this.#workspace;
  }

  /** `pending` until all files have been read once. */
  get others(): WorkspaceFacts | "pending" | undefined {
    if (!this.#isRead) return "pending";
    return this.#isTooLarge ? undefined : this.#workspace.objects;
  }

  has(path: string): boolean {
    const root = slashed(this.#root);
    return slashed(path).startsWith(root.endsWith("/") ? root : `${root}/`);
  }

  /** What an open document says now. @returns true where others may be found another way for it. */
  opened(path: string, facts: FileFacts | undefined): boolean {
    const key = slashed(path);
    // An editor keeps the text of a file that is deleted under it; others can't build on that.
    if (kindOf(path) !== "file") return false;
    this.#open.set(key, facts);
    return this.#workspace.set(key, facts) && this.#isRead;
  }

  of(path: string): FileFacts | undefined {
    return this.#workspace.of(slashed(path));
  }

  /** From now on the disk says what is in the file. */
  closed(path: string): void {
    if (this.#open.delete(slashed(path))) this.changed([path]);
  }

  /** @param paths of files and folders that came, changed or went. */
  changed(paths: readonly string[]): void {
    this.#queue(async () => {
      let changes = false;
      for (const path of paths) {
        changes = (await this.#look(path)) || changes;
        await this.#pause();
      }
      if (changes && this.#isRead) this.#events.changed();
    });
  }

  /** Reads all files again, as when other ones are ignored now. */
  rescan(): void {
    this.#queue(async () => {
      const seen = new Set<string>();
      let changes = !this.#isRead;
      let isFull = false;
      for await (const path of this.#walk(this.#root)) {
        changes = this.#read(path) || changes;
        seen.add(slashed(path));
        await this.#pause();
        isFull = this.#isFull(seen.size);
        if (isFull) break;
      }
      this.#isTooLarge = isFull;
      for (const path of Array.from(this.#files))
        if (!seen.has(path) && !this.#open.has(path)) changes = this.#forget(path) || changes;
      this.#isRead = true;
      if (changes) this.#events.changed();
    });
  }

  /** Ends when all is known that was asked for. */
  async settled(): Promise<void> {
    await this.#work;
  }

  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
  }

  async #look(path: string): Promise<boolean> {
    const kind = kindOf(path);
    const key = slashed(path);
    let changes = false;
    if (kind !== "file")
      for (const known of this.#workspace.below(key))
        if (kindOf(known) !== "file") changes = this.#forget(known) || changes;
    if (kind === undefined) return changes;
    if (!isWalked(this.#root, path, kind === "folder")) return changes;
    if (this.#isFull(this.#files.size)) this.#isTooLarge = true;
    if (this.#isTooLarge) return changes;
    if (kind === "file") return isWanted(path) && this.#read(path);
    for await (const file of this.#walk(path)) {
      changes = this.#read(file) || changes;
      await this.#pause();
      this.#isTooLarge = this.#isFull(this.#files.size);
      if (this.#isTooLarge) break;
    }
    return changes;
  }

  #walk(folder: string): AsyncGenerator<string> {
    return walk(folder, { wanted: isWanted, onTrouble() {} }, this.#signal);
  }

  /** What can't be read says nothing. */
  #read(path: string): boolean {
    const key = slashed(path);
    this.#files.add(key);
    if (this.#open.has(key) || this.#skipped.has(path)) return false;
    let isLarge = false;
    try {
      isLarge = statSync(path).size > LARGE_BYTES;
      if (isLarge) this.#events.reading(path);
      const read = readText(path, this.#limits.fileBytes);
      return this.#workspace.set(key, read.kind === "text" ? fileFacts(path, read.text) : undefined);
    } catch {
      return this.#workspace.set(key, undefined);
    } finally {
      if (isLarge) this.#events.reading(undefined);
    }
  }

  #forget(key: string): boolean {
    this.#open.delete(key);
    this.#files.delete(key);
    return this.#workspace.set(key, undefined);
  }

  #isFull(files: number): boolean {
    const { objects, definitions } = this.#workspace;
    return (
      files >= this.#limits.files ||
      objects.objects > this.#limits.objects ||
      definitions.length > this.#limits.definitions
    );
  }

  async #pause(): Promise<void> {
    throwIfAborted(this.#signal);
    if (performance.now() - this.#turn < TURN_MS) return;
    await setImmediate();
    this.#turn = performance.now();
  }
}

function isWanted(path: string): boolean {
  return /\.ya?ml$/i.test(path) || isKustomization(slashed(path));
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
