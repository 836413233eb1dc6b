// One open context: which kinds are read, where, and what is known of them.
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { Trouble } from "../../../base/trouble.ts";
import { kindNamed } from "../../../core/kube/kinds.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { RowChange } from "../../../core/kube/snapshot.ts";
import { type Condition, KindWatch } from "./kindWatch.ts";
import type { ClusterConnection, ContextEntry } from "./port.ts";

export type KindName = ObjectRow["kind"];
export type RowOf<Name extends KindName> = Extract<ObjectRow, { kind: Name }>;

/** A watch without readers goes on this long, so that looking away and back costs nothing. */
const LINGER_MS = 60_000;
/** The whole cluster, as a key beside namespaces (no namespace is named so). */
const EVERYWHERE = "";

interface Reading {
  /** Readers by namespace, or by EVERYWHERE. */
  readers: Map<string, number>;
  watches: Map<string, KindWatch>;
  /** The cluster refused the kind for all namespaces: each namespace that is read is watched alone. */
  refused: Trouble | undefined;
}

export class Cluster implements Disposable {
  readonly entry: ContextEntry;
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #wake: (urgent: boolean) => void;
  readonly #readings = new Map<KindName, Reading>();
  readonly #waiting = new Set<() => void>();
  #disposed = false;

  /** @param wake called when `collect` has something to give. */
  constructor(
    entry: ContextEntry,
    connection: ClusterConnection,
    clock: Clock,
    wake: (urgent: boolean) => void,
  ) {
    this.entry = entry;
    this.#connection = connection;
    this.#clock = clock;
    this.#wake = wake;
  }

  get connection(): ClusterConnection {
    if (this.#disposed)
      throw new Trouble("not-found", `Context ${this.entry.name} was closed: open it again first.`);
    return this.#connection;
  }

  /**
   * Watches a kind until the last reader is gone and a while after. Where the cluster refuses the kind for
   * all namespaces, `namespace` is watched alone.
   */
  read(name: KindName, namespace?: string): Disposable {
    const reading = this.#reading(name);
    const place = namespace ?? EVERYWHERE;
    reading.readers.set(place, (reading.readers.get(place) ?? 0) + 1);
    this.#reconcile(name, reading);
    let open = true;
    return {
      dispose: () => {
        if (!open) return;
        open = false;
        const left = (reading.readers.get(place) ?? 1) - 1;
        if (left > 0) reading.readers.set(place, left);
        else reading.readers.delete(place);
        if (!this.#disposed) this.#reconcile(name, reading);
      },
    };
  }

  /** Rows of a kind, in no order; with `namespace` only those in it. */
  rows<Name extends KindName>(name: Name, namespace?: string): RowOf<Name>[] {
    const found: RowOf<Name>[] = [];
    for (const watch of this.#readings.get(name)?.watches.values() ?? []) {
      if (namespace !== undefined && watch.namespace !== undefined && watch.namespace !== namespace) continue;
      for (const row of watch.snapshot.rows.values()) {
        if (namespace === undefined || row.namespace === namespace) found.push(row as RowOf<Name>);
      }
    }
    return found;
  }

  row(name: KindName, uid: string): ObjectRow | undefined {
    for (const watch of this.#readings.get(name)?.watches.values() ?? []) {
      const row = watch.snapshot.rows.get(uid);
      if (row) return row;
    }
    return undefined;
  }

  /** How sure the rows of a kind are, in a namespace or everywhere. */
  condition(name: KindName, namespace?: string): Condition {
    const reading = this.#readings.get(name);
    if (!reading) return { state: "loading" };
    const { refused } = reading;
    if (!refused) return reading.watches.get(EVERYWHERE)?.condition ?? { state: "loading" };
    if (namespace === undefined || !kindNamed(name)?.namespaced)
      return { state: "blocked", trouble: refused };
    return reading.watches.get(namespace)?.condition ?? { state: "loading" };
  }

  /** The worst of what is being watched, for the context's own row. */
  worst(): Condition {
    let worst: Condition = { state: "live" };
    for (const { watches } of this.#readings.values()) {
      for (const { condition } of watches.values()) {
        if (rank(condition) > rank(worst) || isOlder(condition, worst)) worst = condition;
      }
    }
    return worst;
  }

  /** Resolves when there is something to show: a first list, or the sentence why there is none. */
  settled(name: KindName, namespace?: string): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!this.#disposed && this.condition(name, namespace).state === "loading") return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Asks again where the cluster refused before. */
  retry(): void {
    for (const [name, reading] of this.#readings) {
      for (const [place, watch] of reading.watches) {
        if (watch.condition.state !== "blocked") continue;
        watch.dispose();
        reading.watches.delete(place);
      }
      reading.refused = undefined;
      this.#reconcile(name, reading);
    }
  }

  /** Takes in what the watches brought; for the store only. */
  collect(): { rows: { kind: KindName; changes: RowChange[] }[]; conditionChanged: boolean } {
    const rows: { kind: KindName; changes: RowChange[] }[] = [];
    let conditionChanged = false;
    for (const [kind, reading] of this.#readings) {
      const changes: RowChange[] = [];
      for (const watch of reading.watches.values()) {
        const news = watch.apply();
        for (const change of news.changed) changes.push(change);
        conditionChanged ||= news.conditionChanged;
      }
      if (changes.length > 0) rows.push({ kind, changes });
      this.#fallBack(kind, reading);
    }
    for (const check of Array.from(this.#waiting)) check();
    return { rows, conditionChanged };
  }

  dispose(): void {
    this.#disposed = true;
    for (const { watches } of this.#readings.values()) for (const watch of watches.values()) watch.dispose();
    this.#readings.clear();
    for (const check of Array.from(this.#waiting)) check();
    this.#connection.dispose();
  }

  #reading(name: KindName): Reading {
    let reading = this.#readings.get(name);
    if (!reading) {
      reading = { readers: new Map(), watches: new Map(), refused: undefined };
      this.#readings.set(name, reading);
    }
    return reading;
  }

  /** Notes a refusal for all namespaces and watches single ones instead. */
  #fallBack(name: KindName, reading: Reading): void {
    const everywhere = reading.watches.get(EVERYWHERE);
    if (everywhere?.condition.state !== "blocked" || reading.refused) return;
    reading.refused = everywhere.condition.trouble;
    if (kindNamed(name)?.namespaced && reading.refused.kind === "denied") this.#reconcile(name, reading);
  }

  /** Starts what is read and not watched, and lets go of what is watched and not read. */
  #reconcile(name: KindName, reading: Reading): void {
    const wanted = new Set<string>();
    const single = reading.refused?.kind === "denied" && kindNamed(name)?.namespaced === true;
    if (reading.readers.size > 0 && single) {
      for (const place of reading.readers.keys()) if (place !== EVERYWHERE) wanted.add(place);
    } else if (reading.readers.size > 0) wanted.add(EVERYWHERE);
    for (const place of wanted) this.#start(name, reading, place);
    for (const [place, watch] of reading.watches) {
      if (wanted.has(place) || watch.linger) continue;
      watch.linger = this.#clock.after(LINGER_MS, () => {
        watch.dispose();
        reading.watches.delete(place);
        if (reading.watches.size === 0) reading.refused = undefined;
      });
    }
  }

  #start(name: KindName, reading: Reading, place: string): void {
    const known = reading.watches.get(place);
    if (known) {
      known.linger?.dispose();
      known.linger = undefined;
      return;
    }
    const kind = kindNamed(name);
    if (!kind) return;
    const namespace = place === EVERYWHERE ? undefined : place;
    const watch = new KindWatch(this.#connection, kind, namespace, this.#clock, (urgent) =>
      this.#wake(urgent),
    );
    reading.watches.set(place, watch);
  }
}

function rank({ state }: Condition): number {
  return ["live", "loading", "blocked", "stale", "unreachable"].indexOf(state);
}

function isOlder(one: Condition, other: Condition): boolean {
  return one.state === "stale" && other.state === "stale" && one.sinceMs < other.sinceMs;
}
