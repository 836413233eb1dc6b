// An HTTP proxy that answers chosen paths itself, with a status and a body, and passes the rest to the server.
import { createServer, type IncomingMessage, request as requestPlain, type ServerResponse } from "node:http";
import { createServer as createTlsServer, request as requestTls } from "node:https";

export type Rule = {
  /** A path without the query, or a pattern for path and query. */
  path: string | RegExp;
  method?: string;
  status: number;
  body?: string | object;
  headers?: Record<string, string>;
  /** Answers so many times and then passes; always, when absent. */
  times?: number;
  /** Waits so long before it answers. */
  delayMs?: number;
};

export type HttpFaults = {
  readonly port: number;
  readonly url: string;
  /** Replaces the rules; the first that fits answers. */
  set(...rules: Rule[]): void;
  /** Every request that came, as "GET /path?query". */
  readonly requests: readonly string[];
  stop(): Promise<void>;
};

export type HttpFaultOptions = {
  /** Where requests go that no rule answers; without it they get 404. */
  target?: string;
  /** The proxy's own credentials towards the target; a client's certificate can't pass through it. */
  upstream?: { ca: Buffer; cert: Buffer; key: Buffer };
  /** Listens with TLS when given. */
  tls?: { cert: Buffer; key: Buffer };
};

export async function startHttpFaults(options: HttpFaultOptions = {}): Promise<HttpFaults> {
  let rules: { rule: Rule; left: number }[] = [];
  const requests: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? "/";
    requests.push(`${request.method ?? "GET"} ${path}`);
    const found = rules.find(({ rule, left }) => left > 0 && fits(rule, request.method ?? "GET", path));
    if (!found) {
      forward(options, request, response);
      return;
    }
    found.left -= 1;
    request.resume();
    setTimeout(() => answerByRule(found.rule, response), found.rule.delayMs ?? 0);
  };
  const server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    port,
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    set(...next) {
      rules = next.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fits(rule: Rule, method: string, path: string): boolean {
  if (rule.method && rule.method !== method) return false;
  return typeof rule.path === "string" ? rule.path === path.split("?")[0] : rule.path.test(path);
}

function answerByRule(rule: Rule, response: ServerResponse): void {
  const isText = typeof rule.body === "string";
  response.writeHead(rule.status, {
    "content-type": isText ? "text/plain" : "application/json",
    ...rule.headers,
  });
  response.end(isText ? rule.body : JSON.stringify(rule.body ?? {}));
}

function forward(options: HttpFaultOptions, request: IncomingMessage, response: ServerResponse): void {
  if (!options.target) {
    request.resume();
    response.writeHead(404).end();
    return;
  }
  const url = new URL(request.url ?? "/", options.target);
  const ask = url.protocol === "https:" ? requestTls : requestPlain;
  const headers = { ...request.headers, host: url.host };
  const upstream = ask(url, { method: request.method, headers, ...options.upstream }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    // A watch sends nothing for a while, and its client waits for the head.
    response.flushHeaders();
    answered.pipe(response);
    answered.on("error", () => response.destroy());
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
}
