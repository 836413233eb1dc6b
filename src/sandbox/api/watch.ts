// A watch: one JSON line per change, bookmarks, an end, and 410 where the history does not reach.
import type { ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { Disposables } from "../../base/disposables.ts";
import type { ApiObject } from "../object.ts";
import { badRequest, expired, statusOf } from "./failure.ts";
import { apiVersionOf, type Resource } from "./resources.ts";
import type { Matches } from "./selectors.ts";
import type { Change, Store } from "./store.ts";
import { type Form, partialMetadata, tableOf } from "./table.ts";

export interface WatchRequest {
  resource: Resource;
  namespace: string | undefined;
  matches: Matches;
  form: Form;
  query: URLSearchParams;
}

const bookmarkEveryMs = 60_000;
/** A reader that is this far behind is cut off, as the API server does. */
const bufferLimit = 8 * 1024 * 1024;

/** Answers until the time is up or the reader goes. @throws ApiFailure 400 for a wrong parameter. */
export function watch(store: Store, clock: Clock, request: WatchRequest, response: ServerResponse): void {
  const { resource, query } = request;
  const version = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(version)) {
    throw badRequest(`Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`);
  }
  const initial = query.get("sendInitialEvents") === "true";
  if (initial && query.get("resourceVersionMatch") !== "NotOlderThan") {
    throw badRequest(
      "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    );
  }
  const bookmarks = query.get("allowWatchBookmarks") === "true";
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  const lines = new Lines(request, response, clock);
  const life = new Disposables();
  const end = () => {
    life.dispose();
    response.end();
  };
  response.once("close", () => life.dispose());
  if (initial || version === "" || version === "0") {
    for (const object of store.list(resource, request.namespace)) {
      if (request.matches(object)) lines.write("ADDED", object);
    }
    if (initial && bookmarks) lines.bookmark(store.revision, { "k8s.io/initial-events-end": "true" });
  } else {
    const missed = store.since(resource, Number(version));
    if (!missed) {
      const message = `too old resource version: ${version} (${store.oldest})`;
      response.end(`${JSON.stringify({ type: "ERROR", object: statusOf(expired(message)) })}\n`);
      return;
    }
    for (const change of missed) lines.change(change);
  }
  life.add(store.changed((change) => change.resource === resource && lines.change(change)));
  const seconds = Number(query.get("timeoutSeconds") ?? 0) || 1_800 + Math.floor(Math.random() * 1_800);
  life.add(clock.after(seconds * 1_000, end));
  if (bookmarks) everyMinute(store, clock, lines, life);
}

function everyMinute(store: Store, clock: Clock, lines: Lines, life: Disposables): void {
  let timer = clock.after(bookmarkEveryMs, function again() {
    lines.bookmark(store.revision);
    timer = clock.after(bookmarkEveryMs, again);
  });
  life.add({ dispose: () => timer.dispose() });
}

class Lines {
  readonly #request: WatchRequest;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #first = true;

  constructor(request: WatchRequest, response: ServerResponse, clock: Clock) {
    this.#request = request;
    this.#response = response;
    this.#clock = clock;
  }

  /** What a change is to this watch: its selector may have been entered or left. */
  change(change: Change): void {
    const { namespace, matches } = this.#request;
    if (namespace !== undefined && change.object.metadata.namespace !== namespace) return;
    const was = change.before !== undefined && matches(change.before);
    const is = change.type !== "DELETED" && matches(change.object);
    if (is) this.write(was ? "MODIFIED" : "ADDED", change.object);
    else if (was) this.write("DELETED", change.object);
  }

  write(type: string, object: ApiObject): void {
    this.#line({ type, object: this.#formed(object) });
  }

  bookmark(revision: number, annotations?: Record<string, string>): void {
    const { resource, form } = this.#request;
    const metadata = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    const object =
      form === "table"
        ? tableOf(resource.kind, [], this.#clock.now(), metadata, null, false)
        : { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
    this.#line({ type: "BOOKMARK", object });
  }

  #formed(object: ApiObject): object {
    const { form, resource, query } = this.#request;
    if (form === "metadata") return partialMetadata(object);
    if (form === "object") return object;
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const withColumns = this.#first;
    this.#first = false;
    return tableOf(
      resource.kind,
      [object],
      this.#clock.now(),
      metadata,
      query.get("includeObject"),
      withColumns,
    );
  }

  #line(line: object): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    if (this.#response.writableLength > bufferLimit) this.#response.destroy();
    else this.#response.write(`${JSON.stringify(line)}\n`);
  }
}
