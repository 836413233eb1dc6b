// A sandbox for one suite, and short ways to ask it.
import type { Clock } from "../../src/base/clock.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";

/** JSON of an answer: read by path, as tests compare it with `assert`. */
export class Json {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  /** The value under a path of names and indexes; undefined when a step is missing. */
  at(path: string): unknown {
    let current = this.value;
    for (const step of path.split(".")) {
      if (typeof current !== "object" || current === null) return undefined;
      current = (current as Record<string, unknown>)[step];
    }
    return current;
  }

  text(path: string): string {
    const found = this.at(path);
    return typeof found === "string" || typeof found === "number" ? `${found}` : "";
  }

  list(path: string): Json[] {
    const found = this.at(path);
    return Array.isArray(found) ? found.map((one) => new Json(one)) : [];
  }
}

export interface Asked {
  status: number;
  body: Json;
  text: string;
}

export interface Client {
  sandbox: Sandbox;
  get(path: string, headers?: Record<string, string>): Promise<Asked>;
  send(method: string, path: string, body?: unknown, type?: string): Promise<Asked>;
}

export async function openSandbox(clock?: Clock): Promise<Client> {
  const sandbox = await startSandbox(clock ? { clock } : {});
  const ask = async (path: string, init: RequestInit): Promise<Asked> => {
    const response = await fetch(sandbox.url + path, init);
    const text = await response.text();
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      // Logs and pages are text.
    }
    return { status: response.status, body: new Json(body), text };
  };
  return {
    sandbox,
    get: (path, headers = {}) => ask(path, { headers }),
    send: (method, path, body, type = "application/json") =>
      ask(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": type } }),
      }),
  };
}

export interface WatchLine {
  type: string;
  object: Json;
}

/** Lines of a watch (or any stream of lines) one after the other. */
export class LineStream {
  readonly #reader: AsyncIterator<string>;
  readonly #abort: AbortController;

  private constructor(reader: AsyncIterator<string>, abort: AbortController) {
    this.#reader = reader;
    this.#abort = abort;
  }

  static async open(url: string): Promise<LineStream> {
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    return new LineStream(lines(response)[Symbol.asyncIterator](), abort);
  }

  /** undefined at the end; rejects when the connection was cut. */
  async line(): Promise<string | undefined> {
    const next = await this.#reader.next();
    return next.done ? undefined : next.value;
  }

  async event(): Promise<WatchLine> {
    const line = await this.line();
    if (line === undefined) throw new Error("the watch has ended");
    const { type, object } = JSON.parse(line) as { type: string; object: unknown };
    return { type, object: new Json(object) };
  }

  /** The next event that is like that. */
  async until(like: (event: WatchLine) => boolean): Promise<WatchLine> {
    for (;;) {
      const event = await this.event();
      if (like(event)) return event;
    }
  }

  close(): void {
    this.#abort.abort();
  }
}

async function* lines(response: Response): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const whole = rest.split("\n");
    rest = whole.pop() ?? "";
    yield* whole;
  }
  if (rest !== "") yield rest;
}

export function deployment(name: string, replicas: number, podSpec: object = {}): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name: "main", image: "example/main:1", ports: [{ containerPort: 80 }] }],
          ...podSpec,
        },
      },
    },
  };
}

export function pod(name: string, command: string[], more: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox:1", command }], ...more },
  };
}
