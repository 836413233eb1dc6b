// What clusters said of open documents, until the documents are edited: by document, as the editor calls it.
import { Emitter } from "../../base/event.ts";
import type { Finding } from "../../core/syntax/finding.ts";
import { keptFindings, type TextChange } from "../../core/syntax/kept.ts";

export interface ClusterVerdict {
  readonly context: string;
  readonly atMs: number;
  readonly findings: readonly Finding[];
}

export class ClusterFindings {
  readonly #byDocument = new Map<string, ClusterVerdict>();
  readonly #changed = new Emitter<string>();
  /** Fires with the document whose findings changed. */
  readonly changed = this.#changed.event;

  set(document: string, verdict: ClusterVerdict): void {
    this.#byDocument.set(document, verdict);
    this.#changed.fire(document);
  }

  get(document: string): ClusterVerdict | undefined {
    return this.#byDocument.get(document);
  }

  /** What was said of the part that is edited is said no more. */
  edited(document: string, changes: readonly TextChange[], after: () => string): void {
    const known = this.#byDocument.get(document);
    if (!known || known.findings.length === 0) return;
    this.set(document, { ...known, findings: keptFindings(known.findings, changes, after()) });
  }

  forget(document: string): void {
    if (this.#byDocument.delete(document)) this.#changed.fire(document);
  }
}
