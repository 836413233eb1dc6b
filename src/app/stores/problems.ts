// Findings that come from doing something (a failed build), kept per file until it is done again.
import { Emitter } from "../../base/event.ts";
import type { Finding } from "../../core/syntax/finding.ts";

export class Problems {
  readonly #byPath = new Map<string, Finding[]>();
  readonly #changed = new Emitter<string>();
  /** Fires with the path whose findings changed. */
  readonly changed = this.#changed.event;

  /** @param path absolute path of the file. */
  set(path: string, findings: Finding[]): void {
    if (findings.length > 0) this.#byPath.set(path, findings);
    else if (!this.#byPath.delete(path)) return;
    this.#changed.fire(path);
  }

  get(path: string): Finding[] {
    return this.#byPath.get(path) ?? [];
  }
}
