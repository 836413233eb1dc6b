// The rows of one kind in one place, as a watch brings them, and how sure we are of them.
import type { Clock } from "../../../base/clock.ts";
import { type Disposable, Disposables } from "../../../base/disposables.ts";
import type { Trouble } from "../../../base/trouble.ts";
import type { Kind } from "../../../core/kube/kind.ts";
import { SharedLabels } from "../../../core/kube/sharedLabels.ts";
import { KnownRows, type RowChange, type WatchEvent } from "../../../core/kube/knownRows.ts";
import type { ClusterConnection, WatchState } from "./port.ts";

/**
 * loading: no list yet · live: as the cluster has it, `isUnprinted` when it tells only names · stale: as it was at
 * `sinceMs` · unreachable: no list yet, still trying · blocked: the cluster refuses; rests until a refresh.
 */
export type Condition =
  | { state: "loading" }
  | { state: "live"; isUnprinted?: true }
  | { state: "stale"; sinceMs: number; trouble: Trouble }
  | { state: "unreachable"; trouble: Trouble }
  | { state: "blocked"; trouble: Trouble };

export class KindWatch implements Disposable {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  known = new KnownRows();
  condition: Condition = { state: "loading" };
  /** Set while nobody reads: ends the watch when it runs out. */
  linger: Disposable | undefined;
  readonly #own = new Disposables();
  readonly #labels = new SharedLabels();
  /** The first list, taken in as it comes: all at once 10,000 rows would hold others up. */
  #first: KnownRows | undefined = new KnownRows();
  #pending: WatchEvent[] = [];
  /** Shown together with the rows that came before it, in `apply`. */
  #next: Condition = this.condition;

  /** @param wake called when there is something for `apply`; `urgent` when somebody may be waiting for it. */
  constructor(
    connection: ClusterConnection,
    kind: Kind,
    namespace: string | undefined,
    clock: Clock,
    wake: (urgent: boolean) => void,
  ) {
    this.kind = kind;
    this.namespace = namespace;
    this.#own.add(
      connection.watch(kind, namespace, {
        onEvents: (events) => {
          for (const event of events) {
            if (event.type === "page") for (const row of event.rows) this.#labels.share(row);
            else if (event.type === "set") this.#labels.share(event.row);
          }
          if (this.#first) this.#first.apply(events);
          else for (const event of events) this.#pending.push(event);
          // Half a list is not shown: what it would take away is not known yet.
          const last = events.at(-1)?.type;
          if (last !== "page" && last !== "relist") wake(false);
        },
        onState: (state) => {
          const next = this.#conditionAfter(state, clock.now());
          if (next === this.#next) return;
          this.#next = next;
          wake(this.condition.state === "loading");
        },
      }),
    );
  }

  /** Takes in what has arrived. */
  apply(): { changed: RowChange[]; conditionChanged: boolean } {
    const conditionChanged = this.condition !== this.#next;
    this.condition = this.#next;
    if (this.#first?.isComplete) {
      this.known = this.#first;
      this.#first = undefined;
      const changed = Array.from(this.known.rows, ([uid, after]): RowChange => ({ uid, after }));
      return { changed, conditionChanged };
    }
    if (this.#pending.length === 0) return { changed: [], conditionChanged };
    const events = this.#pending;
    this.#pending = [];
    return { changed: this.known.apply(events), conditionChanged };
  }

  dispose(): void {
    this.linger?.dispose();
    this.#own.dispose();
  }

  #conditionAfter(state: WatchState, nowMs: number): Condition {
    const before = this.#next;
    switch (state.state) {
      case "live":
        return before.state === "live" && before.isUnprinted === state.isUnprinted ? before : { ...state };
      case "blocked":
        return { state: "blocked", trouble: state.trouble };
      case "down": {
        // A cut that heals at once is no news; the age counts from when the rows were last known to be right.
        if (before.state === "stale") return { ...before, trouble: state.trouble };
        if (before.state === "live") return { state: "stale", sinceMs: nowMs, trouble: state.trouble };
        return { state: "unreachable", trouble: state.trouble };
      }
    }
  }
}
