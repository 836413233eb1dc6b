// A scripted API server in plain HTTP: objects, lists in pages, watches, and the faults a test asks for.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { discoveryOf } from "./fakeDiscovery.ts";

export interface FakeObject {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

interface Watcher {
  path: string;
  asTable: boolean;
  answer: ServerResponse;
}

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  rawHeaders: string[];
  body: string;
}

/** Answers a request itself when it gives true. */
export type Fault = (request: SeenRequest, answer: ServerResponse) => boolean;

/** A kind that the server has beside those of every cluster. */
export interface FakeKind {
  kind: string;
  group: string;
  version: string;
  plural: string;
  clusterWide?: boolean;
  verbs?: string[];
  /** What comes of the wish for a Table: objects all the same, or a refusal (406). */
  prints?: "objects" | "nothing";
  /** What a Table prints beside name and age. */
  columns?: { name: string; cell(object: FakeObject): unknown; priority?: number }[];
}

const BUILT_IN: readonly FakeKind[] = [
  { kind: "Pod", group: "", version: "v1", plural: "pods" },
  { kind: "Service", group: "", version: "v1", plural: "services" },
  { kind: "Node", group: "", version: "v1", plural: "nodes", clusterWide: true },
  { kind: "Namespace", group: "", version: "v1", plural: "namespaces", clusterWide: true },
  { kind: "Event", group: "", version: "v1", plural: "events" },
  { kind: "Deployment", group: "apps", version: "v1", plural: "deployments" },
  { kind: "ReplicaSet", group: "apps", version: "v1", plural: "replicasets" },
  { kind: "StatefulSet", group: "apps", version: "v1", plural: "statefulsets" },
  { kind: "DaemonSet", group: "apps", version: "v1", plural: "daemonsets" },
  { kind: "Job", group: "batch", version: "v1", plural: "jobs" },
  { kind: "CronJob", group: "batch", version: "v1", plural: "cronjobs" },
];

export class FakeApiServer {
  readonly #server: Server;
  readonly #objects = new Map<string, FakeObject>();
  readonly #watchers = new Set<Watcher>();
  readonly requests: SeenRequest[] = [];
  /** The events since the start, so that a watch can go on from where it stopped. */
  readonly #history: { version: number; type: string; object: FakeObject; line: string }[] = [];
  /** What it serves; a test adds its own. */
  readonly kinds: FakeKind[] = [...BUILT_IN];
  /** An older server: it tells of its groups one by one. */
  isOld = false;
  /** What it makes of a watch that is to begin with what is there; older ones refuse it, or do not know it at all. */
  listsInWatches: "yes" | "refuses" | "ignores" = "refuses";
  fault: Fault | undefined;
  #version = 100;
  /** Versions before this one are gone (410). */
  #oldest = 0;
  #port = 0;

  constructor() {
    this.#server = createServer((request, answer) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.#serve(request, answer, Buffer.concat(chunks).toString("utf8")));
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Goes away as a killed process does; `start` brings it back on the same port. */
  async stop(): Promise<void> {
    this.#watchers.clear();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  put(object: FakeObject): FakeObject {
    const { name, namespace } = object.metadata;
    const key = `${object.kind}/${namespace ?? ""}/${name}`;
    const version = ++this.#version;
    const known = this.#objects.get(key);
    const stored: FakeObject = {
      ...object,
      metadata: {
        uid: `uid-${key}`,
        creationTimestamp: "2026-11-24T00:00:00Z",
        ...object.metadata,
        resourceVersion: String(version),
      },
    };
    this.#objects.set(key, stored);
    this.#tell(known ? "MODIFIED" : "ADDED", stored, version);
    return stored;
  }

  remove(kind: string, namespace: string | undefined, name: string): void {
    const key = `${kind}/${namespace ?? ""}/${name}`;
    const known = this.#objects.get(key);
    if (!known) return;
    this.#objects.delete(key);
    const version = ++this.#version;
    this.#tell(
      "DELETED",
      { ...known, metadata: { ...known.metadata, resourceVersion: String(version) } },
      version,
    );
  }

  /** Changes an object while no watch can know of it, as after a compaction. */
  forgetHistory(): void {
    this.#history.length = 0;
    this.#oldest = this.#version + 1;
    this.#version++;
  }

  /** Cuts every watch as a reset does. */
  resetWatches(): void {
    for (const { answer } of this.#watchers) answer.socket?.resetAndDestroy();
    this.#watchers.clear();
  }

  /** Ends every watch as a server does when its time is up. */
  endWatches(): void {
    for (const { answer } of this.#watchers) answer.end();
    this.#watchers.clear();
  }

  /** Sends a raw line to every watch of a path. */
  sendLine(plural: string, line: string): void {
    for (const watcher of this.#watchers)
      if (watcher.path.endsWith(`/${plural}`)) watcher.answer.write(`${line}\n`);
  }

  #tell(type: string, object: FakeObject, version: number): void {
    const { namespace } = object.metadata;
    const line = JSON.stringify({ type, object });
    this.#history.push({ version, type, object, line });
    for (const watcher of this.#watchers) {
      if (!this.#matches(watcher.path, object.kind, namespace)) continue;
      watcher.answer.write(`${watcher.asTable ? this.#tableLine(type, object) : line}\n`);
    }
  }

  #serve(request: IncomingMessage, answer: ServerResponse, body: string): void {
    const url = new URL(request.url ?? "/", "http://fake");
    const seen = {
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body,
    };
    this.requests.push(seen);
    if (this.fault?.(seen, answer)) return;
    const discovery = seen.method === "GET" ? discoveryOf(seen, this.kinds, this.isOld) : undefined;
    if (wantsTable(seen) && this.#kindAt(seen.path)?.prints === "nothing")
      return sendStatus(
        answer,
        406,
        "NotAcceptable",
        "only the following media types are accepted: application/json",
      );
    if (seen.path === "/readyz") answer.end("ok");
    else if (discovery) sendJson(answer, 200, discovery);
    else if (seen.method === "PATCH") this.#patch(seen, answer);
    else if (seen.method === "DELETE") this.#delete(seen, answer);
    else if (seen.query.get("watch")) this.#watch(seen, answer);
    else this.#listOrGet(seen, answer);
  }

  #delete(seen: SeenRequest, answer: ServerResponse): void {
    const found = this.#find(seen.path);
    if (!found) return sendStatus(answer, 404, "NotFound", "not found");
    const uid = (JSON.parse(seen.body || "{}") as { preconditions?: { uid?: string } }).preconditions?.uid;
    if (uid !== undefined && uid !== found.metadata.uid) {
      return sendStatus(answer, 409, "Conflict", "the UID in the precondition does not match");
    }
    this.remove(found.kind, found.metadata.namespace, found.metadata.name);
    sendJson(answer, 200, { kind: "Status", status: "Success" });
  }

  #watch(seen: SeenRequest, answer: ServerResponse): void {
    const isWithAll = seen.query.get("sendInitialEvents") === "true";
    if (isWithAll && this.listsInWatches === "refuses") {
      const message = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
      return sendStatus(answer, 422, "Invalid", message);
    }
    const from = isWithAll ? this.#version : Number(seen.query.get("resourceVersion"));
    answer.writeHead(200, { "content-type": "application/json" });
    answer.flushHeaders();
    if (from < this.#oldest) {
      const status = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      answer.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
      return;
    }
    const watcher = { path: seen.path, asTable: this.#asTable(seen), answer };
    if (isWithAll) this.#sendAll(watcher);
    for (const { version, type, object, line } of this.#history) {
      if (version > from && this.#matches(seen.path, object.kind, object.metadata.namespace))
        answer.write(`${watcher.asTable ? this.#tableLine(type, object) : line}\n`);
    }
    this.#watchers.add(watcher);
    answer.on("close", () => this.#watchers.delete(watcher));
  }

  /** What is there as events, and the bookmark that says that this was all. */
  #sendAll({ path, asTable, answer }: Watcher): void {
    for (const object of this.#objects.values()) {
      if (!this.#matches(path, object.kind, object.metadata.namespace)) continue;
      const line = asTable ? this.#tableLine("ADDED", object) : JSON.stringify({ type: "ADDED", object });
      answer.write(`${line}\n`);
    }
    if (this.listsInWatches === "ignores") return;
    const metadata = {
      resourceVersion: String(this.#version),
      annotations: { "k8s.io/initial-events-end": "true" },
    };
    const object = asTable
      ? { kind: "Table", metadata: {}, rows: [{ cells: [], object: { metadata } }] }
      : { metadata };
    answer.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  #listOrGet(seen: SeenRequest, answer: ServerResponse): void {
    const served = this.#kindAt(seen.path);
    const kind = served?.kind;
    if (kind === undefined) {
      const found = this.#find(seen.path);
      return found ? sendJson(answer, 200, found) : sendStatus(answer, 404, "NotFound", "not found");
    }
    const all = Array.from(this.#objects.values()).filter((object) =>
      this.#matches(seen.path, object.kind, object.metadata.namespace),
    );
    const start = Number(seen.query.get("continue") ?? 0);
    const limit = Number(seen.query.get("limit") ?? all.length) || all.length;
    const isLast = start + limit >= all.length;
    const items = all.slice(start, start + limit);
    const asTable = this.#asTable(seen);
    sendJson(answer, 200, {
      kind: asTable ? "Table" : `${kind}List`,
      apiVersion: "v1",
      metadata: {
        resourceVersion: String(this.#version),
        ...(isLast ? {} : { continue: String(start + limit) }),
      },
      ...(asTable ? this.#table(served, items) : { items }),
    });
  }

  /** A merge patch. */
  #patch(seen: SeenRequest, answer: ServerResponse): void {
    const found = this.#find(seen.path);
    if (!found) return sendStatus(answer, 404, "NotFound", "not found");
    const merged = merge(found, JSON.parse(seen.body)) as FakeObject;
    const { resourceVersion: _, ...metadata } = merged.metadata;
    sendJson(answer, 200, this.put({ ...merged, metadata }));
  }

  #asTable(seen: SeenRequest): boolean {
    return wantsTable(seen) && this.#kindAt(seen.path)?.prints === undefined;
  }

  #kindAt(path: string): FakeKind | undefined {
    const group = /^\/apis\/([^/]+)\//.exec(path)?.[1] ?? "";
    const plural = path.split("/").at(-1) ?? "";
    return this.kinds.find((one) => one.plural === plural && one.group === group);
  }

  #matches(path: string, kind: string, namespace: string | undefined): boolean {
    if (this.#kindAt(path)?.kind !== kind) return false;
    const place = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    return place === undefined || decodeURIComponent(place) === namespace;
  }

  #table(kind: FakeKind | undefined, items: readonly FakeObject[], withColumns = true): object {
    const columns = kind?.columns ?? [];
    const names = ["Name", ...columns.map((column) => column.name), "Age"];
    return {
      columnDefinitions: withColumns
        ? names.map((name, index) => ({
            name,
            type: "string",
            priority: columns[index - 1]?.priority ?? 0,
          }))
        : null,
      rows: items.map((object) => ({
        cells: [object.metadata.name, ...columns.map((column) => column.cell(object)), "5m"],
        object: { kind: "PartialObjectMetadata", metadata: object.metadata },
      })),
    };
  }

  #tableLine(type: string, object: FakeObject): string {
    const kind = this.kinds.find((one) => one.kind === object.kind);
    const table = { kind: "Table", metadata: {}, ...this.#table(kind, [object], false) };
    return JSON.stringify({ type, object: table });
  }

  #find(path: string): FakeObject | undefined {
    const parts = path.split("/").map(decodeURIComponent);
    const name = parts.at(-1) ?? "";
    const kind = this.#kindAt(parts.slice(0, -1).map(encodeURIComponent).join("/"))?.kind ?? "";
    const at = parts.indexOf("namespaces");
    const namespace = at >= 0 && at < parts.length - 2 ? (parts[at + 1] ?? "") : "";
    return this.#objects.get(`${kind}/${namespace}/${name}`);
  }
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

function wantsTable(seen: SeenRequest): boolean {
  return seen.headers.accept?.includes("as=Table") === true;
}

export function sendJson(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { "content-type": "application/json" });
  answer.end(JSON.stringify(body));
}

export function sendStatus(answer: ServerResponse, code: number, reason: string, message: string): void {
  sendJson(answer, code, { kind: "Status", status: "Failure", code, reason, message });
}

/** A pod that runs, to be changed by tests. */
export function fakePod(name: string, namespace = "ml", more: Record<string, unknown> = {}): FakeObject {
  return {
    kind: "Pod",
    metadata: { name, namespace },
    spec: { containers: [{ name: "main" }] },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "main", ready: true, restartCount: 0, state: { running: {} } }],
    },
    ...more,
  };
}
