// Keeps rows equal to the cluster: a paged list, then a watch that goes on from where it stopped.
import { type Clock, sleep } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";
import { isAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Kind } from "../../core/kube/kind.ts";
import { resourcePath } from "../../core/kube/kind.ts";
import type { ObjectRow } from "../../core/kube/row.ts";
import type { WatchEvent } from "../../core/kube/knownRows.ts";
import { ApiFailure, apiTrouble, isBlocking, isGone, isTrustFailure } from "./apiFailure.ts";
import { backoffMs } from "./backoff.ts";
import { eachChunk, unpacked } from "./chunks.ts";
import { EventReader } from "./eventReader.ts";
import { acceptFor, listPage, type ListPage } from "./listPage.ts";
import { isolated } from "./isolated.ts";
import { Pace } from "./pace.ts";
import type { Reachability } from "./reachability.ts";
import { withRequestId } from "./requestId.ts";
import { readWatch } from "./readWatch.ts";
import { stallGuard } from "./stallGuard.ts";
import { timeoutError } from "./timeout.ts";
import { tableQuery, TableRows } from "./tableRows.ts";
import type { Answer } from "./answer.ts";
import type { ApiRequest, Transport } from "./transport.ts";
import { watchAcceptFor, watchFrames, type WatchFrames } from "./watchFrames.ts";

/** live: rows are those of the cluster · down: trying again by itself · blocked: rests until the person refreshes. */
export type WatchState =
  /** `isUnprinted`: the server prints no columns of the kind, so only names are known. */
  | { state: "live"; isUnprinted?: true }
  | { state: "down"; trouble: Trouble }
  | { state: "blocked"; trouble: Trouble };

export interface ReflectorOptions {
  transport: Transport;
  reachability: Reachability;
  kind: Kind;
  /** Undefined: the whole cluster. */
  namespace: string | undefined;
  /** Only these objects: a label or field selector. */
  query?: Readonly<Record<string, string>>;
  context: string;
  onEvents: (events: WatchEvent[]) => void;
  onState: (state: WatchState) => void;
  /** A fault of ours, in what is made of an object or in who is told: the watch goes on without it. */
  onBug: (error: unknown) => void;
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
  pageSize?: number;
  /** Without a byte for this long a watch is dead, whatever TCP says. Bookmarks come about once a minute. */
  silenceMs?: () => number;
}

/**
 * A page is read as it arrives, so a large one costs no memory here and holds nothing up; each further page
 * costs the server another pass over its store (10 pages of 500 take it 3 times as long as one of 5,000).
 */
const PAGE_SIZE = 5_000;
const SILENCE_MS = 150_000;
/** A server that begins a watch with what is there does not pause for so long before it says that this was all. */
const INITIAL_MS = 5_000;
/** Nor does one that has begun to send a list. */
const LIST_SILENCE_MS = 30_000;
/** A watch that lived this long was well: the next failure starts from the shortest wait. */
const HEALTHY_MS = 1_000;
const MOST_FOOLED = 3;

/** What was there came, and no word that it was all: a server that does not know that it was asked for it. */
class NoInitialEnd extends Error {}

export class Reflector implements Disposable {
  readonly #options: ReflectorOptions;
  readonly #ended = new AbortController();
  readonly #table: TableRows | undefined;
  #resourceVersion: string | undefined;
  #hasListed = false;
  #attempt = 0;
  /** What was known was too old, and nothing has been heard since it was listed again. */
  #isAnew = false;
  /** How often the cluster was said to be back and this kind failed again: then only time helps. */
  #fooled = 0;

  constructor(options: ReflectorOptions) {
    const { onEvents, onState, onBug } = options;
    this.#options = {
      ...options,
      onEvents: (events) => isolated(() => onEvents(events), onBug),
      onState: (state) => isolated(() => onState(state), onBug),
    };
    this.#table = options.kind.table ? new TableRows() : undefined;
  }

  start(): void {
    void this.#run();
  }

  dispose(): void {
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    const signal = this.#ended.signal;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) {
          const began = await this.#listAndWatch(signal);
          if (began === "watched") continue;
          await this.#list(signal);
          // It lists what it would not begin a watch with.
          if (began === "refused") this.#options.transport.streamsLists = false;
        }
        if (this.#options.kind.listOnly) return;
        await this.#watch(signal, "from version");
      } catch (error) {
        if (signal.aborted) return;
        if (isGone(error)) {
          // What we knew is too old. Wait only when the server says so again at once.
          this.#resourceVersion = undefined;
          if (this.#isAnew) await this.#pause(++this.#attempt, error);
          this.#isAnew = true;
          continue;
        }
        if (this.#isUnprintable(error)) continue;
        const trouble = this.#trouble(error);
        if (isBlocking(trouble) && !(isTrustFailure(error) && this.#options.transport.trustsByFile)) {
          this.#options.onState({ state: "blocked", trouble });
          return;
        }
        this.#options.onState({ state: "down", trouble });
        await this.#pause(this.#attempt++, error);
      }
    }
  }

  get #asTable(): Readonly<Record<string, string>> {
    return this.#table && !this.#table.isRefused ? tableQuery : {};
  }

  /** The server refuses to print this kind: notes it, and then it can be asked for the objects. */
  #isUnprintable(error: unknown): boolean {
    const isNews = error instanceof ApiFailure && error.status === 406 && this.#table?.isRefused === false;
    if (isNews) this.#table?.refuse();
    return isNews;
  }

  #live(): void {
    const { onState } = this.#options;
    onState({ state: "live", ...(this.#table?.isUnprinted ? { isUnprinted: true } : {}) });
  }

  #trouble(error: unknown): Trouble {
    const { kind, namespace, context, transport } = this.#options;
    const place =
      namespace === undefined ? (kind.namespaced ? " in all namespaces" : "") : ` in namespace ${namespace}`;
    const found = apiTrouble(error, {
      what: `list ${kind.plural}${place}`,
      context,
      server: transport.server,
    });
    return Trouble.is(found) ? found : new Trouble("failed", found.message, { cause: error });
  }

  async #pause(attempt: number, error: unknown): Promise<void> {
    const { random, reachability, clock } = this.#options;
    const asked = error instanceof ApiFailure ? (error.retryAfterMs ?? 0) : 0;
    const delay = Math.max(backoffMs(attempt, random), asked);
    const signal = this.#ended.signal;
    const isOver = error === undefined || (error instanceof ApiFailure && error.status < 500);
    if (attempt === 0 || asked > 0 || isOver || this.#fooled >= MOST_FOOLED) {
      // Nothing to look out for. A disposed reflector ends its wait; the loop sees the signal.
      await sleep(clock, delay + reachability.turnMs(), signal).catch(() => {});
      return;
    }
    const started = clock.elapsed();
    await reachability.back(delay, signal);
    if (clock.elapsed() - started < delay * 0.9) this.#fooled++;
  }

  /** Who failed before asks an ill cluster only in turn with all others. */
  async #open(request: ApiRequest, signal: Signal): Promise<Answer> {
    const { transport, reachability, onState } = this.#options;
    if (this.#attempt > 0) {
      const { cause } = reachability;
      if (cause !== undefined) onState({ state: "down", trouble: this.#trouble(cause) });
      await reachability.pass(signal);
    }
    try {
      const answer = await transport.open(request, signal);
      reachability.worked();
      return answer;
    } catch (error) {
      if (isAway(error)) reachability.failed(error);
      throw error;
    }
  }

  /** Lists page by page; rows go out while a page still arrives, and the next one is asked for early. */
  async #list(signal: Signal): Promise<void> {
    const { kind, namespace, query, onEvents, pageSize = PAGE_SIZE } = this.#options;
    const asTable = this.#asTable;
    const chosen = new URLSearchParams({ limit: String(pageSize), ...asTable, ...query });
    const base = `${resourcePath(kind, namespace)}?${chosen.toString()}`;
    // The first list may be as old as the server's cache: the watch goes on from there, and the server need not
    // ask its store first (5,000 pods took it 144 ms instead of 209). A later list must not go back in time.
    const first = this.#hasListed ? base : `${base}&resourceVersion=0`;
    const bulk: Omit<ApiRequest, "path"> = { accept: acceptFor(kind, this.#table), gzip: true, isLong: true };
    onEvents([{ type: "relist" }]);
    let version: string | undefined;
    let answer: Answer | undefined = await this.#open({ path: first, ...bulk }, signal);
    while (answer) {
      const page: ListPage = listPage(answer, kind, this.#table);
      let next: Promise<Answer> | undefined;
      try {
        await this.#take(answer, page, () => {
          if (next || page.next === undefined) return;
          const path = `${base}&continue=${encodeURIComponent(page.next)}`;
          next = this.#open({ path, ...bulk }, signal);
          // Looked at when this page is done; until then its failure is no one's.
          next.catch(() => {});
        });
        version = page.end() ?? version;
      } catch (error) {
        void next?.then((early) => early.destroy()).catch(() => {});
        throw withRequestId(error, answer);
      }
      answer = await next;
    }
    this.#resourceVersion = version ?? "0";
    this.#hasListed = true;
    onEvents([{ type: "listed" }]);
    this.#live();
  }

  /** Hands on the rows of a page in short slices of work. */
  async #take(answer: Answer, page: ListPage, onChunk: () => void): Promise<void> {
    const { kind, onEvents, onBug, clock } = this.#options;
    const stall = stallGuard(clock, LIST_SILENCE_MS, () => answer.destroy(timeoutError()));
    const pace = new Pace();
    let rows: ObjectRow[] = [];
    const hand = () => {
      if (rows.length > 0) onEvents([{ type: "page", rows }]);
      rows = [];
    };
    const take = (chunk: Buffer) => {
      stall.heard();
      const objects = page.push(chunk)[Symbol.iterator]();
      const go = (): Promise<void> | undefined => {
        for (let one = objects.next(); !one.done; one = objects.next()) {
          const object = one.value;
          const row = isolated(() => kind.project(object), onBug);
          if (row) rows.push(row);
          // Not after each: even looking at the clock takes its part of thousands.
          if (rows.length % 4 !== 0 || !pace.isDue) continue;
          hand();
          return pace.rest().then(go);
        }
        onChunk();
        return undefined;
      };
      return go();
    };
    await eachChunk(unpacked(answer), take).finally(() => stall.dispose());
    hand();
  }

  /**
   * Lists by a watch that begins with what is there, which costs a server less memory than a list.
   * @returns whether it did; where not, nothing was listed. A server that does not do that is not asked again, for no
   * kind: one that refuses may also mean the kind or the query, which a list then shows.
   */
  async #listAndWatch(signal: Signal): Promise<"watched" | "not" | "refused"> {
    const { transport, kind } = this.#options;
    if (kind.listOnly || !transport.streamsLists) return "not";
    try {
      await this.#watch(signal, "with all");
      return "watched";
    } catch (error) {
      const status = error instanceof ApiFailure ? error.status : undefined;
      // Who may not watch may list all the same.
      if (status === 403 || status === 405) return "not";
      if (status === 400 || status === 404) return "refused";
      if (status !== 422 && !(error instanceof NoInitialEnd)) throw error;
      transport.streamsLists = false;
      return "not";
    }
  }

  /** Watches until the server ends it, which is how a healthy watch ends too. */
  async #watch(signal: Signal, begins: "with all" | "from version"): Promise<void> {
    const { kind, namespace, random, onEvents, onBug, clock } = this.#options;
    const isWithAll = begins === "with all";
    const silenceMs = this.#options.silenceMs?.() ?? SILENCE_MS;
    const accept = watchAcceptFor(kind, this.#table);
    // As with a list: the first may be as old as the server's cache, a later one must not go back in time.
    const from = isWithAll
      ? {
          sendInitialEvents: "true",
          resourceVersionMatch: "NotOlderThan",
          resourceVersion: this.#hasListed ? "" : "0",
        }
      : { resourceVersion: this.#resourceVersion ?? "0" };
    const query = new URLSearchParams({
      ...this.#asTable,
      ...this.#options.query,
      watch: "1",
      allowWatchBookmarks: "true",
      ...from,
      timeoutSeconds: String(290 + Math.floor(random() * 300)),
    });
    const answer = await this.#open(
      {
        path: `${resourcePath(kind, namespace)}?${query.toString()}`,
        ...(accept === undefined ? {} : { accept }),
        ...(isWithAll ? { isLong: true } : {}),
      },
      signal,
    );
    const frames = framesOf(answer, kind, this.#table);
    if (isWithAll) onEvents([{ type: "relist" }]);
    else this.#live();
    const started = clock.elapsed();
    const reader = new EventReader(kind, isWithAll, {
      onEvents,
      onBug,
      onVersion: (version) => void (this.#resourceVersion = version),
      onListed: (version) => {
        this.#resourceVersion = version;
        this.#hasListed = true;
        onEvents([{ type: "listed" }]);
        this.#live();
        stall.setLimit(silenceMs);
      },
    });
    const stall = stallGuard(clock, isWithAll ? INITIAL_MS : silenceMs, () =>
      answer.destroy(reader.isInitial ? new NoInitialEnd() : timeoutError()),
    );
    try {
      await readWatch(answer, frames, {
        heard: () => stall.heard(),
        take: (frame) => reader.take(frame),
        hand: (why) => reader.hand(why),
      });
      if (reader.isInitial) throw new NoInitialEnd();
    } catch (error) {
      throw withRequestId(error, answer);
    } finally {
      stall.dispose();
      answer.destroy();
      if (reader.hasHeard || clock.elapsed() - started >= HEALTHY_MS) {
        this.#attempt = 0;
        this.#isAnew = false;
        this.#fooled = 0;
      }
    }
    // A server that ends watches at once would be asked without end.
    if (!reader.hasHeard && clock.elapsed() - started < HEALTHY_MS)
      await this.#pause(this.#attempt++, undefined);
  }
}

/** A reader of the answer, which is ended where it is none of a watch. */
function framesOf(answer: Answer, kind: Kind, table: TableRows | undefined): WatchFrames {
  try {
    return watchFrames(answer, kind, table);
  } catch (error) {
    answer.destroy();
    throw withRequestId(error, answer);
  }
}

/** The cluster itself could not answer. */
function isAway(error: unknown): boolean {
  if (error instanceof ApiFailure) return error.status >= 500;
  return !isAbort(error) && !Trouble.is(error);
}
