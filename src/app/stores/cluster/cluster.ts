// One open context: which kinds are read, where, and what is known of them.
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { Signal } from "../../../base/signal.ts";
import type { Review } from "../../../core/kube/access.ts";
import type { Kind } from "../../../core/kube/kind.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { RowChange } from "../../../core/kube/knownRows.ts";
import { AccessRights } from "./accessRights.ts";
import { type Condition, KindWatch } from "./kindWatch.ts";
import type { ClusterConnection, ContextEntry } from "./port.ts";
import { type Served, ServedKinds } from "./servedKinds.ts";

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
  /** What its user may do. */
  readonly access: AccessRights;
  #entry: ContextEntry;
  readonly #connection: ClusterConnection;
  readonly #clock: Clock;
  readonly #wake: (urgent: boolean) => void;
  readonly #served: ServedKinds;
  readonly #readings = new Map<KindName, Reading>();
  readonly #waiting = new Set<() => void>();
  readonly #ended = new AbortController();
  #letGo = 0;
  #identifying: Promise<void> | undefined;
  #userName: string | undefined;
  #disposed = false;

  /** @param wake called when `collect` has something to give. */
  constructor(
    entry: ContextEntry,
    connection: ClusterConnection,
    clock: Clock,
    wake: (urgent: boolean) => void,
  ) {
    this.#entry = entry;
    this.#connection = connection;
    this.#clock = clock;
    this.#wake = wake;
    this.#served = new ServedKinds((signal) => this.connection.discover(signal));
    const review = async (asked: Review, signal: Signal) => this.connection.review(asked, signal);
    this.access = new AccessRights(review, clock, () => wake(false));
  }

  /** What the kubeconfig says of it. */
  get entry(): ContextEntry {
    return this.#entry;
  }

  /** Takes what the kubeconfig says of it now. @returns false where that is another cluster or person. */
  renew(entry: ContextEntry): boolean {
    const { server, cluster, user } = this.#entry;
    if (entry.server !== server || entry.cluster !== cluster || entry.user !== user) return false;
    this.#entry = entry;
    return true;
  }

  get connection(): ClusterConnection {
    if (this.#disposed)
      throw new Trouble("not-found", `Context ${this.entry.name} was closed: open it again first.`);
    return this.#connection;
  }

  /** Which kinds the cluster serves; asked at the first call, and again after a refresh. @throws Trouble */
  discover(): Promise<Served> {
    return this.#served.discover();
  }

  /** What `discover` gave last. */
  get served(): Served | undefined {
    return this.#served.last;
  }

  /** Kinds of operators that are shown in their namespace, as far as the cluster is known to serve them. */
  get firstClass(): KindName[] {
    return this.served?.kinds.filter(({ kind }) => kind.isFirstClass).map(({ kind }) => kind.kind) ?? [];
  }

  /** What operators run in that namespace is not known yet. */
  isFirstClassLoading(namespace: string): boolean {
    const isLoading = (kind: KindName) => this.condition(kind, namespace).state === "loading";
    return this.#served.state === "asking" || this.firstClass.some(isLoading);
  }

  /** It did not say which kinds it serves, and was not refreshed since. */
  get isServedUnknown(): boolean {
    return this.#served.state === "failed";
  }

  /** The name that the cluster knows the person by, once `identify` has asked. */
  get userName(): string | undefined {
    return this.#userName;
  }

  /** Asks who the person is; where the server can't tell it is the kubeconfig's name for the user. */
  identify(): Promise<void> {
    this.#identifying ??= this.connection
      .userName(this.#ended.signal)
      .catch((error: unknown) => {
        if (!Trouble.is(error)) throw error;
        // It may be able to tell the next time.
        if (error.kind !== "denied" && error.kind !== "not-found") this.#identifying = undefined;
        return undefined;
      })
      .then((name) => void (this.#userName = name ?? this.entry.user));
    return this.#identifying;
  }

  /** One of our kinds, or one that `discover` brought. */
  kind(name: KindName): Kind | undefined {
    return this.#served.kind(name);
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
    for (const watch of this.#watches(name)) {
      if (namespace !== undefined && watch.namespace !== undefined && watch.namespace !== namespace) continue;
      for (const row of watch.known.rows.values()) {
        if (namespace === undefined || row.namespace === namespace) found.push(row as RowOf<Name>);
      }
    }
    return found;
  }

  row(name: KindName, uid: string): ObjectRow | undefined {
    for (const watch of this.#watches(name)) {
      const row = watch.known.rows.get(uid);
      if (row) return row;
    }
    return undefined;
  }

  /** Another number when rows went without a change: nobody reads them any more. */
  get letGo(): number {
    return this.#letGo;
  }

  /** Those that the rows of a kind come from: single namespaces go on for a while beside all of them. */
  #watches(name: KindName): Iterable<KindWatch> {
    const reading = this.#readings.get(name);
    if (!reading) return [];
    const everywhere = reading.watches.get(EVERYWHERE);
    const all = reading.watches.values();
    if (this.#isSingle(name, reading)) return Array.from(all).filter((watch) => watch !== everywhere);
    return everywhere?.known.isComplete ? [everywhere] : all;
  }

  /** How sure the rows of a kind are, in a namespace or everywhere. */
  condition(name: KindName, namespace?: string): Condition {
    const reading = this.#readings.get(name);
    if (!reading) return { state: "loading" };
    const { refused } = reading;
    if (!refused) return reading.watches.get(EVERYWHERE)?.condition ?? { state: "loading" };
    if (namespace === undefined || !this.#isSingle(name, reading))
      return { state: "blocked", trouble: refused };
    return reading.watches.get(namespace)?.condition ?? { state: "loading" };
  }

  /** The worst of what is being watched, for the context's own row; nothing of it is loading once something is there. */
  worst(): Condition {
    let worst: Condition | undefined;
    for (const { watches } of this.#readings.values()) {
      for (const { condition } of watches.values()) {
        if (!worst || rank(condition) > rank(worst) || isOlder(condition, worst)) worst = condition;
      }
    }
    return worst ?? { state: "live" };
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
    this.#served.forget();
    this.access.forget();
    for (const [name, reading] of this.#readings) {
      for (const [place, watch] of reading.watches) {
        // What can't be watched is as old as its list.
        if (watch.condition.state !== "blocked" && !watch.kind.listOnly) continue;
        this.#drop(reading, place);
      }
      reading.refused = undefined;
      this.#reconcile(name, reading);
    }
  }

  /** Takes in what the watches brought; for the store only. */
  collect(): { rows: { kind: KindName; changes: RowChange[] }[]; conditionChanged: boolean } {
    const rows: { kind: KindName; changes: RowChange[] }[] = [];
    let conditionChanged = this.access.takeNews();
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
    this.#ended.abort();
    this.#served.dispose();
    this.access.dispose();
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
    this.#letGo++;
    if (this.#isSingle(name, reading)) this.#reconcile(name, reading);
  }

  /** Only what may not be listed everywhere is asked for by namespace. */
  #isSingle(name: KindName, { refused }: Reading): boolean {
    return refused?.kind === "denied" && this.kind(name)?.namespaced === true;
  }

  /** Starts what is read and not watched, and lets go of what is watched and not read. */
  #reconcile(name: KindName, reading: Reading): void {
    const wanted = new Set<string>();
    if (reading.readers.size > 0 && this.#isSingle(name, reading)) {
      for (const place of reading.readers.keys()) if (place !== EVERYWHERE) wanted.add(place);
    } else if (reading.readers.size > 0) wanted.add(EVERYWHERE);
    for (const place of wanted) this.#start(name, reading, place);
    for (const [place, watch] of reading.watches) {
      if (wanted.has(place) || watch.linger) continue;
      watch.linger = this.#clock.after(LINGER_MS, () => {
        this.#drop(reading, place);
        if (reading.watches.size === 0) reading.refused = undefined;
      });
    }
  }

  #drop(reading: Reading, place: string): void {
    reading.watches.get(place)?.dispose();
    reading.watches.delete(place);
    this.#letGo++;
  }

  #start(name: KindName, reading: Reading, place: string): void {
    const known = reading.watches.get(place);
    if (known) {
      known.linger?.dispose();
      known.linger = undefined;
      return;
    }
    const kind = this.kind(name);
    if (!kind) return;
    const namespace = place === EVERYWHERE ? undefined : place;
    const watch = new KindWatch(this.#connection, kind, namespace, this.#clock, (urgent) =>
      this.#wake(urgent),
    );
    reading.watches.set(place, watch);
  }
}

function rank({ state }: Condition): number {
  return ["loading", "live", "blocked", "stale", "unreachable"].indexOf(state);
}

function isOlder(one: Condition, other: Condition): boolean {
  return one.state === "stale" && other.state === "stale" && one.sinceMs < other.sinceMs;
}
