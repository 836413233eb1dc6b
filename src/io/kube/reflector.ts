// Keeps rows equal to the cluster: a paged list, then a watch that goes on from where it stopped.
import type { IncomingMessage } from "node:http";
import { type Clock, sleep } from "../../base/clock.ts";
import type { Disposable } from "../../base/disposables.ts";
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Kind } from "../../core/kube/kind.ts";
import { resourcePath } from "../../core/kube/kind.ts";
import { field, type KubeObject, text } from "../../core/kube/object.ts";
import type { ObjectRow } from "../../core/kube/row.ts";
import type { WatchEvent } from "../../core/kube/snapshot.ts";
import { ApiFailure, apiTrouble, isBlocking, isGone } from "./apiFailure.ts";
import { backoffMs } from "./backoff.ts";
import { eachChunk, unpacked } from "./chunks.ts";
import { ByteLines } from "./jsonBytes.ts";
import { acceptFor, listPage, type ListPage } from "./listPage.ts";
import { Pace } from "./pace.ts";
import type { Reachability } from "./reachability.ts";
import type { Transport } from "./transport.ts";

/** live: rows are those of the cluster · down: trying again by itself · blocked: rests until the person refreshes. */
export type WatchState =
  | { state: "live" }
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
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
  pageSize?: number;
  /** Without a byte for this long a watch is dead, whatever TCP says. Bookmarks come about once a minute. */
  stallMs?: number;
}

/**
 * A page is read as it arrives, so a large one costs no memory here and holds nothing up; each further page
 * costs the server another pass over its store (10 pages of 500 take it 3 times as long as one of 5,000).
 */
const PAGE_SIZE = 5_000;
const STALL_MS = 150_000;
/** A watch that lived this long was well: the next failure starts from the shortest wait. */
const HEALTHY_MS = 1_000;
const MOST_FOOLED = 3;

export class Reflector implements Disposable {
  readonly #options: ReflectorOptions;
  readonly #ended = new AbortController();
  #resourceVersion: string | undefined;
  #hasListed = false;
  #attempt = 0;
  /** How often the cluster was said to be back and this kind failed again: then only time helps. */
  #fooled = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
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
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isGone(error)) {
          // What we knew is too old. Wait only when the server says so again at once.
          this.#resourceVersion = undefined;
          if (this.#attempt++ > 0) await this.#pause(this.#attempt, error);
          continue;
        }
        const trouble = this.#trouble(error);
        if (isBlocking(trouble)) {
          this.#options.onState({ state: "blocked", trouble });
          return;
        }
        this.#options.onState({ state: "down", trouble });
        await this.#pause(this.#attempt++, error);
      }
    }
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
    const isAway = error instanceof ApiFailure ? error.status === 503 : error !== undefined;
    if (attempt === 0 || asked > 0 || !isAway || this.#fooled >= MOST_FOOLED) {
      // Nothing to look out for. A disposed reflector ends its wait; the loop sees the signal.
      await sleep(clock, delay, signal).catch(() => {});
      return;
    }
    const started = clock.now();
    await reachability.back(delay, signal);
    if (clock.now() - started < delay * 0.9) this.#fooled++;
  }

  /** Lists page by page; rows go out while a page still arrives, and the next one is asked for early. */
  async #list(signal: Signal): Promise<void> {
    const { kind, namespace, query, transport, onEvents, onState, pageSize = PAGE_SIZE } = this.#options;
    const chosen = new URLSearchParams({ limit: String(pageSize), ...query });
    const base = `${resourcePath(kind, namespace)}?${chosen.toString()}`;
    // The first list may be as old as the server's cache: the watch goes on from there, and the server need not
    // ask its store first (5,000 pods took it 144 ms instead of 209). A later list must not go back in time.
    const first = this.#hasListed ? base : `${base}&resourceVersion=0`;
    const accept = acceptFor(kind);
    onEvents([{ type: "relist" }]);
    let version: string | undefined;
    let answer: IncomingMessage | undefined = await transport.open(
      { path: first, accept, gzip: true },
      signal,
    );
    while (answer) {
      const page: ListPage = listPage(answer, kind);
      let next: Promise<IncomingMessage> | undefined;
      try {
        await this.#take(answer, page, () => {
          if (next || page.next === undefined) return;
          next = transport.open(
            { path: `${base}&continue=${encodeURIComponent(page.next)}`, accept, gzip: true },
            signal,
          );
          // Looked at when this page is done; until then its failure is no one's.
          next.catch(() => {});
        });
        version = page.end() ?? version;
      } catch (error) {
        void next?.then((early) => early.destroy()).catch(() => {});
        throw error;
      }
      answer = await next;
    }
    this.#resourceVersion = version ?? "0";
    this.#hasListed = true;
    onEvents([{ type: "listed" }]);
    onState({ state: "live" });
  }

  /** Hands on the rows of a page in short slices of work. */
  async #take(answer: IncomingMessage, page: ListPage, onChunk: () => void): Promise<void> {
    const { kind, onEvents } = this.#options;
    const pace = new Pace();
    let rows: ObjectRow[] = [];
    const hand = () => {
      if (rows.length > 0) onEvents([{ type: "page", rows }]);
      rows = [];
    };
    await eachChunk(unpacked(answer), (chunk) => {
      const objects = page.push(chunk)[Symbol.iterator]();
      const go = (): Promise<void> | undefined => {
        for (let one = objects.next(); !one.done; one = objects.next()) {
          rows.push(kind.project(one.value));
          // Not after each: even looking at the clock takes its part of thousands.
          if (rows.length % 4 !== 0 || !pace.isDue) continue;
          hand();
          return pace.rest().then(go);
        }
        onChunk();
        return undefined;
      };
      return go();
    });
    hand();
  }

  /** Watches until the server ends it, which is how a healthy watch ends too. */
  async #watch(signal: Signal): Promise<void> {
    const { transport, kind, namespace, random, onState, clock } = this.#options;
    const query = new URLSearchParams({
      ...this.#options.query,
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: this.#resourceVersion ?? "0",
      timeoutSeconds: String(290 + Math.floor(random() * 300)),
    });
    const answer = await transport.open(
      { path: `${resourcePath(kind, namespace)}?${query.toString()}` },
      signal,
    );
    onState({ state: "live" });
    const started = clock.now();
    const stall = this.#stallGuard(() =>
      answer.destroy(Object.assign(new Error("stalled"), { code: "ETIMEDOUT" })),
    );
    const lines = new ByteLines();
    const pace = new Pace();
    let heard = false;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        stall.heard();
        let events: WatchEvent[] = [];
        for (const line of lines.push(chunk)) {
          const event = this.#read(line);
          heard = true;
          if (event) events.push(event);
          if (!pace.isDue) continue;
          this.#options.onEvents(events);
          events = [];
          await pace.rest();
        }
        if (events.length > 0) this.#options.onEvents(events);
      }
    } finally {
      stall.dispose();
      answer.destroy();
      if (heard || clock.now() - started >= HEALTHY_MS) {
        this.#attempt = 0;
        this.#fooled = 0;
      }
    }
    // A server that ends watches at once would be asked without end.
    if (!heard && clock.now() - started < HEALTHY_MS) await this.#pause(this.#attempt++, undefined);
  }

  /** One line of a watch. @throws ApiFailure for an ERROR event. */
  #read(line: Buffer): WatchEvent | undefined {
    const event: unknown = JSON.parse(line.toString("utf8"));
    const object = field(event, "object") as KubeObject;
    const type = text(event, "type");
    if (type === "ERROR") throw ApiFailure.fromStatus(object);
    const version = text(object, "metadata", "resourceVersion");
    if (version !== undefined) this.#resourceVersion = version;
    if (type === "BOOKMARK" || typeof object !== "object" || object === null) return undefined;
    const row = this.#options.kind.project(object);
    return type === "DELETED" ? { type: "gone", uid: row.uid } : { type: "set", row };
  }

  #stallGuard(stop: () => void): { heard(): void } & Disposable {
    const { clock, stallMs = STALL_MS } = this.#options;
    let last = clock.now();
    let timer = clock.after(stallMs, check);
    function check(): void {
      const quiet = clock.now() - last;
      if (quiet >= stallMs) stop();
      else timer = clock.after(stallMs - quiet, check);
    }
    return {
      heard: () => {
        last = clock.now();
      },
      dispose: () => timer.dispose(),
    };
  }
}
