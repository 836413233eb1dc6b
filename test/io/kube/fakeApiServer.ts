// A scripted API server in plain HTTP: objects, lists in pages, watches, and the faults a test asks for.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

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
  answer: ServerResponse;
}

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Answers a request itself when it gives true. */
export type Fault = (request: SeenRequest, answer: ServerResponse) => boolean;

const PLURALS: Readonly<Record<string, string>> = {
  pods: "Pod",
  services: "Service",
  nodes: "Node",
  namespaces: "Namespace",
  events: "Event",
  deployments: "Deployment",
  replicasets: "ReplicaSet",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  jobs: "Job",
  cronjobs: "CronJob",
};

export class FakeApiServer {
  readonly #server: Server;
  readonly #objects = new Map<string, FakeObject>();
  readonly #watchers = new Set<Watcher>();
  readonly requests: SeenRequest[] = [];
  /** The events since the start, so that a watch can go on from where it stopped. */
  readonly #history: { version: number; kind: string; namespace: string | undefined; line: string }[] = [];
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

  /** Sends a raw line to every watch of a path. */
  sendLine(plural: string, line: string): void {
    for (const watcher of this.#watchers)
      if (watcher.path.endsWith(`/${plural}`)) watcher.answer.write(`${line}\n`);
  }

  #tell(type: string, object: FakeObject, version: number): void {
    const { namespace } = object.metadata;
    const line = JSON.stringify({ type, object });
    this.#history.push({ version, kind: object.kind, namespace, line });
    for (const watcher of this.#watchers) {
      if (matches(watcher.path, object.kind, namespace)) watcher.answer.write(`${line}\n`);
    }
  }

  #serve(request: IncomingMessage, answer: ServerResponse, body: string): void {
    const url = new URL(request.url ?? "/", "http://fake");
    const seen = {
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    };
    this.requests.push(seen);
    if (this.fault?.(seen, answer)) return;
    if (seen.path === "/readyz") answer.end("ok");
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
    const from = Number(seen.query.get("resourceVersion"));
    answer.writeHead(200, { "content-type": "application/json" });
    answer.flushHeaders();
    if (from < this.#oldest) {
      const status = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      answer.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
      return;
    }
    for (const event of this.#history) {
      if (event.version > from && matches(seen.path, event.kind, event.namespace))
        answer.write(`${event.line}\n`);
    }
    const watcher = { path: seen.path, answer };
    this.#watchers.add(watcher);
    answer.on("close", () => this.#watchers.delete(watcher));
  }

  #listOrGet(seen: SeenRequest, answer: ServerResponse): void {
    const plural = seen.path.split("/").at(-1) ?? "";
    const kind = PLURALS[plural];
    if (kind === undefined) {
      const found = this.#find(seen.path);
      return found ? sendJson(answer, 200, found) : sendStatus(answer, 404, "NotFound", "not found");
    }
    const all = Array.from(this.#objects.values()).filter((object) =>
      matches(seen.path, object.kind, object.metadata.namespace),
    );
    const start = Number(seen.query.get("continue") ?? 0);
    const limit = Number(seen.query.get("limit") ?? all.length) || all.length;
    const isLast = start + limit >= all.length;
    sendJson(answer, 200, {
      kind: `${kind}List`,
      apiVersion: "v1",
      metadata: {
        resourceVersion: String(this.#version),
        ...(isLast ? {} : { continue: String(start + limit) }),
      },
      items: all.slice(start, start + limit),
    });
  }

  #find(path: string): FakeObject | undefined {
    const parts = path.split("/").map(decodeURIComponent);
    const name = parts.at(-1) ?? "";
    const kind = PLURALS[parts.at(-2) ?? ""] ?? "";
    const at = parts.indexOf("namespaces");
    const namespace = at >= 0 && at < parts.length - 2 ? (parts[at + 1] ?? "") : "";
    return this.#objects.get(`${kind}/${namespace}/${name}`);
  }
}

function matches(path: string, kind: string, namespace: string | undefined): boolean {
  const plural = path.split("/").at(-1) ?? "";
  if (PLURALS[plural] !== kind) return false;
  const place = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
  return place === undefined || decodeURIComponent(place) === namespace;
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
