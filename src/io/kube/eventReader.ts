// What the events of one watch say: what was there, that this was all of it, and single changes.
import type { Kind } from "../../core/kube/kind.ts";
import type { ObjectRow } from "../../core/kube/row.ts";
import type { WatchEvent } from "../../core/kube/knownRows.ts";
import { ApiFailure } from "./apiFailure.ts";
import { isolated } from "./isolated.ts";
import type { WatchFrame } from "./watchFrames.ts";

export interface EventSink {
  onEvents(events: WatchEvent[]): void;
  /** A row could not be made: a fault of ours. */
  onBug(error: unknown): void;
  /** The watch can go on from there. */
  onVersion(version: string): void;
  /** What was there has all come. */
  onListed(version: string): void;
}

export class EventReader {
  readonly #kind: Kind;
  readonly #sink: EventSink;
  #isInitial: boolean;
  #hasHeard = false;
  #rows: ObjectRow[] = [];
  #events: WatchEvent[] = [];
  #version: string | undefined;

  /** @param isInitial it begins with what is there. */
  constructor(kind: Kind, isInitial: boolean, sink: EventSink) {
    this.#kind = kind;
    this.#isInitial = isInitial;
    this.#sink = sink;
  }

  /** What was there is still on its way. */
  get isInitial(): boolean {
    return this.#isInitial;
  }

  get hasHeard(): boolean {
    return this.#hasHeard;
  }

  /** @throws ApiFailure for an ERROR event. */
  take({ type, object, version, endsInitial }: WatchFrame): void {
    if (type === "ERROR") throw ApiFailure.fromStatus(object);
    this.#hasHeard = true;
    if (endsInitial && this.#isInitial) {
      this.hand("turn");
      this.#isInitial = false;
      this.#sink.onListed(version() ?? "0");
      return;
    }
    // Before the end of what was there a version says nothing: objects come in no order of theirs.
    if (!this.#isInitial) this.#version = version() ?? this.#version;
    if (type === "BOOKMARK" || typeof object !== "object" || object === null) return;
    const row = isolated(
      () => this.#kind.project(object),
      (error) => this.#sink.onBug(error),
    );
    if (!row) return;
    if (type === "DELETED") this.#single({ type: "gone", uid: row.uid });
    else if (this.#isInitial) this.#rows.push(row);
    else this.#single({ type: "set", row });
  }

  /** Thousands of rows are handed on when others wait for their turn, and changes at once. */
  hand(why: "piece" | "turn"): void {
    if (this.#isInitial && why === "piece") return;
    this.#handRows();
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) this.#sink.onEvents(events);
    if (this.#version !== undefined) this.#sink.onVersion(this.#version);
    this.#version = undefined;
  }

  #single(event: WatchEvent): void {
    this.#handRows();
    this.#events.push(event);
  }

  #handRows(): void {
    if (this.#rows.length === 0) return;
    this.#events.push({ type: "page", rows: this.#rows });
    this.#rows = [];
  }
}
