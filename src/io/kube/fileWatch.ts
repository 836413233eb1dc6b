// Tells when one of some files was written, made, renamed over or removed: once, a while after the last change.
import { type FSWatcher, realpathSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";

/** So long nothing more is written before the files are looked at: a program may write in pieces. */
const QUIET_MS = 200;
/** Who writes all the time is not waited for longer. */
const LONGEST_MS = 2_000;

export class FileWatch implements Disposable {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #watchers: FSWatcher[] = [];
  #timer: Disposable | undefined;
  #firstMs = 0;
  #isDisposed = false;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /**
   * Watches these from now on. Their folders are watched, so that one which another is renamed over, or which is not
   * there yet, is noticed; where a folder can't be watched nothing is.
   */
  set(paths: readonly string[]): void {
    this.#end();
    if (this.#isDisposed) return;
    const names = new Map<string, Set<string>>();
    for (const path of paths.flatMap((one) => [one, resolved(one)])) {
      for (const [folder, name] of placesOf(path))
        names.set(folder, (names.get(folder) ?? new Set()).add(name));
    }
    for (const [folder, wanted] of names) this.#watch(folder, wanted);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#end();
    this.#timer?.dispose();
  }

  #watch(folder: string, names: ReadonlySet<string>): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || names.has(name)) this.#touched();
      });
      // A folder that is removed, or more than the system can watch.
      watcher.on("error", () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // It is not there: its own folder is watched.
    }
  }

  #touched(): void {
    const now = this.#clock.elapsed();
    if (this.#timer) this.#timer.dispose();
    else this.#firstMs = now;
    const wait = Math.min(QUIET_MS, Math.max(0, this.#firstMs + LONGEST_MS - now));
    this.#timer = this.#clock.after(wait, () => {
      this.#timer = undefined;
      this.#onChange();
    });
  }

  #end(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}

/** The file in its folder, and its folder in the one above: it may not be there yet. */
function placesOf(path: string): [folder: string, name: string][] {
  const folder = dirname(path);
  return [
    [folder, basename(path)],
    [dirname(folder), basename(folder)],
  ];
}

/** Where a link leads. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
