// HTTP to one cluster as one user: a single pool of kept connections, time limits, one renewal after a 401.
import {
  type ClientRequest,
  type IncomingMessage,
  Agent as HttpAgent,
  request as httpRequest,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { type Clock, sleep } from "../../base/clock.ts";
import { abortError, onAbort, type Signal, throwIfAborted } from "../../base/signal.ts";
import type { KubeObject } from "../../core/kube/object.ts";
import { hostOf, isLoopback, portOf } from "./address.ts";
import type { Answer } from "./answer.ts";
import { ApiFailure, isTrustFailure } from "./apiFailure.ts";
import { collect } from "./collect.ts";
import type { Access, Credentials } from "./credentials.ts";
import { directGet } from "./directGet.ts";
import type { Target } from "./kubeconfig.ts";
import { namePeer } from "./peer.ts";
import { withRequestId } from "./requestId.ts";
import type { Proxy } from "./proxy.ts";
import { proxyAgent } from "./proxyAgent.ts";
import { timeoutCode, timeoutError } from "./timeout.ts";

export interface ApiRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Encoded path with its query. */
  path: string;
  body?: unknown;
  /** Media type of the body; default JSON. */
  type?: string;
  accept?: string;
  /**
   * Lets a server that is not on this machine send the answer in gzip; the reader of the stream unpacks it
   * (`unpacked`). Over loopback the packing costs more than it saves: 5,000 pods took 439 ms instead of 387.
   */
  gzip?: boolean;
  /** A list: from a server on this machine it is read past Node's HTTP parser (`directGet`). */
  isLong?: boolean;
  /** A 429 is the answer to this request, as a disruption budget gives it, and no wish that nothing else is sent. */
  refusesOnlyThis?: boolean;
  /** For the headers of a stream, or the whole of an answer. Default 30 s. */
  timeoutMs?: number;
}

/** A question that is asked with a POST: who the server takes us for. */
export const whoAmIPath = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/** False for what the server only tries, and for questions that are asked with a POST. */
function changesSomething({ method = "GET", path }: ApiRequest): boolean {
  if (method === "GET") return false;
  const [resource = "", query] = path.split("?");
  return (
    new URLSearchParams(query).get("dryRun") !== "All" &&
    !resource.startsWith("/apis/authorization.k8s.io/") &&
    resource !== whoAmIPath
  );
}

/** A connection that has left HTTP. */
export interface Upgraded {
  socket: Duplex;
  /** What came right after the headers. */
  head: Buffer;
  headers: IncomingMessage["headers"];
}

const TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;
/** Kept connections that may turn out to be closed before a call counts as failed. */
const MOST_STALE = 32;
/** An error answer is read up to this size. */
const ERROR_BODY_BYTES = 64 * 1024;

export class Transport {
  readonly server: string;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #refuse: () => Error | undefined;
  readonly #proxy: Proxy | undefined;
  /** A watch may begin with what is there; false once the server has shown that it does not know that. */
  streamsLists = true;
  readonly #base: URL;
  readonly #prefix: string;
  #agent: HttpAgent | HttpsAgent | undefined;
  #agentAccess: Access | undefined;
  /** The server asked (429) that nothing is sent before this time. */
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #disposed = false;

  /**
   * @param refuse what is thrown in place of a request that changes something; undefined lets it through.
   * @param proxy all connections go through it.
   */
  constructor(
    server: string,
    credentials: Credentials,
    clock: Clock,
    refuse: () => Error | undefined = () => undefined,
    proxy?: Proxy,
  ) {
    this.server = server;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#refuse = refuse;
    this.#proxy = proxy;
    this.#base = new URL(server);
    this.#prefix = this.#base.pathname.replace(/\/$/, "");
  }

  /** One call with a JSON answer. @throws ApiFailure for an answer that is no success. */
  async json(request: ApiRequest, signal: Signal): Promise<KubeObject> {
    return (await this.jsonAndWarnings(request, signal)).body;
  }

  /** As `json`, with the `Warning` headers beside the answer as the server wrote them. */
  async jsonAndWarnings(
    request: ApiRequest,
    signal: Signal,
  ): Promise<{ body: KubeObject; warnings: string }> {
    const answer = await this.#answer(request, signal);
    const { timeoutMs = TIMEOUT_MS } = request;
    const body = await collect(answer, signal, timeoutMs);
    try {
      const warnings = [answer.headers["warning"] ?? []].flat().join(", ");
      return { body: JSON.parse(body.toString("utf8")) as KubeObject, warnings };
    } catch {
      const message = `The answer to ${request.method ?? "GET"} ${request.path} is no JSON`;
      throw withRequestId(new ApiFailure(502, "", message), answer);
    }
  }

  /** One call whose answer is a text, of at most `limitBytes`. @throws ApiFailure for an answer that is no success. */
  async text(request: ApiRequest, limitBytes: number, signal: Signal): Promise<string> {
    const answer = await this.#answer(request, signal);
    const body = await collect(answer, signal, request.timeoutMs ?? TIMEOUT_MS, limitBytes);
    return body.toString("utf8");
  }

  /** Opens a stream; its reader ends it by destroying it. No time limit holds once the headers are there. */
  open(request: ApiRequest, signal: Signal): Promise<Answer> {
    return this.#answer(request, signal);
  }

  /** Turns a request into a stream of its own. @throws ApiFailure when the server answers in HTTP instead. */
  async upgrade(path: string, headers: Record<string, string>, signal: Signal): Promise<Upgraded> {
    const access = await this.#credentials.access();
    try {
      return await this.#trusted(access, (one) => this.#upgradeOnce(path, headers, one, signal));
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 401 && this.#credentials.canRenew)) throw error;
      this.#credentials.renew(access);
      return this.#upgradeOnce(path, headers, await this.#credentials.access(), signal);
    }
  }

  /** A certificate that is not trusted now may be later, without anybody doing something here. */
  get trustsByFile(): boolean {
    return this.#credentials.trustsByFile;
  }

  /** The kubeconfig was written anew, and this is still the server. */
  replace(target: Target): void {
    this.#credentials.replace(target);
  }

  dispose(): void {
    this.#disposed = true;
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #answer(request: ApiRequest, signal: Signal): Promise<Answer> {
    const refusal = changesSomething(request) ? this.#refuse() : undefined;
    if (refusal) throw refusal;
    const wait = this.#quietUntilMs - this.#clock.elapsed();
    if (wait > 0) await sleep(this.#clock, wait, signal);
    let access = await this.#credentials.access();
    let answer = await this.#send(request, access, signal);
    if (answer.statusCode === 401 && this.#credentials.canRenew) {
      answer.resume();
      this.#credentials.renew(access);
      access = await this.#credentials.access();
      answer = await this.#send(request, access, signal);
    }
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    const body = await collect(answer, signal, TIMEOUT_MS, ERROR_BODY_BYTES);
    const failure = withRequestId(ApiFailure.fromBody(status, body, retryAfter(answer)), answer);
    if (status === 429 && !request.refusesOnlyThis)
      this.#quietUntilMs = this.#clock.elapsed() + Math.min(failure.retryAfterMs ?? 1000, 60_000);
    throw status === 401 ? this.#credentials.refused(access, failure) : failure;
  }

  #send(request: ApiRequest, access: Access, signal: Signal): Promise<Answer> {
    return this.#trusted(access, (one) => this.#sent(request, one, signal));
  }

  /** With the authority that is known; where the server's certificate is not trusted by it, with that of the file now. */
  async #trusted<T>(access: Access, run: (access: Access) => Promise<T>): Promise<T> {
    try {
      return await run(access);
    } catch (error) {
      if (!isTrustFailure(error)) throw error;
      const now = await this.#credentials.reread(access);
      if (now) return this.#trusted(now, run);
      const place = { host: hostOf(this.#base), port: portOf(this.#base), tls: access.tls };
      if (!this.#proxy) await namePeer(error, place);
      throw error;
    }
  }

  async #sent(request: ApiRequest, access: Access, signal: Signal): Promise<Answer> {
    if (request.isLong && isLoopback(this.#base) && !this.#proxy)
      return this.#direct(request, access, signal);
    const isSafe = (request.method ?? "GET") === "GET";
    for (let attempt = 0; ; attempt++) {
      const reused = { value: false };
      try {
        return await this.#once(request, access, signal, reused);
      } catch (error) {
        // The server closed a kept connection just as we used it: that says nothing about the call. After a
        // pause (a laptop that slept) all of the pool are like that; each failure takes one out of it.
        if (!isSafe || !reused.value || attempt >= MOST_STALE || signal.aborted) throw error;
      }
    }
  }

  /** Without a kept connection, so there is none that could turn out to be closed. */
  #direct(request: ApiRequest, access: Access, signal: Signal): Promise<Answer> {
    if (this.#disposed) throw abortError();
    throwIfAborted(signal);
    const place = {
      host: hostOf(this.#base),
      port: portOf(this.#base),
      tls: this.#base.protocol === "https:" ? access.tls : undefined,
      path: this.#prefix + request.path,
      headers: { "user-agent": "slipway", ...access.headers, accept: request.accept ?? "application/json" },
    };
    return directGet(place, request.timeoutMs ?? TIMEOUT_MS, signal);
  }

  #once(
    request: ApiRequest,
    access: Access,
    signal: Signal,
    reused: { value: boolean },
  ): Promise<IncomingMessage> {
    throwIfAborted(signal);
    const { timeoutMs = TIMEOUT_MS } = request;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    return new Promise((resolve, reject) => {
      const headers = {
        ...access.headers,
        accept: request.accept ?? "application/json",
        ...(request.gzip && !isLoopback(this.#base) ? { "accept-encoding": "gzip" } : {}),
        ...(body === undefined
          ? {}
          : {
              "content-type": request.type ?? "application/json",
              "content-length": Buffer.byteLength(body),
            }),
      };
      const outgoing = this.#request(request.method ?? "GET", request.path, headers, access);
      const end = watched(outgoing, timeoutMs, signal, reject);
      outgoing.once("error", (error) => {
        end.dispose();
        reused.value = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code !== timeoutCode;
        reject(error);
      });
      outgoing.once("response", (answer) => {
        end.begun();
        answer.once("close", () => end.dispose());
        resolve(answer);
      });
      outgoing.end(body);
    });
  }

  #upgradeOnce(
    path: string,
    headers: Record<string, string>,
    access: Access,
    signal: Signal,
  ): Promise<Upgraded> {
    throwIfAborted(signal);
    return new Promise((resolve, reject) => {
      const outgoing = this.#request("GET", path, { ...access.headers, ...headers }, access);
      const end = watched(outgoing, TIMEOUT_MS, signal, reject);
      outgoing.once("error", (error) => {
        end.dispose();
        reject(error);
      });
      outgoing.once("upgrade", (answer, socket, head) => {
        end.dispose();
        resolve({ socket, head, headers: answer.headers });
      });
      outgoing.once("response", (answer) => {
        const status = answer.statusCode ?? 0;
        collect(answer, signal, TIMEOUT_MS, ERROR_BODY_BYTES)
          .then((body) => {
            reject(withRequestId(ApiFailure.fromBody(status, body, retryAfter(answer)), answer));
          }, reject)
          .finally(() => end.dispose());
      });
      outgoing.end();
    });
  }

  #request(
    method: string,
    path: string,
    headers: Record<string, string | number | readonly string[]>,
    access: Access,
  ): ClientRequest {
    const isHttps = this.#base.protocol === "https:";
    return (isHttps ? httpsRequest : httpRequest)({
      host: hostOf(this.#base),
      port: portOf(this.#base),
      method,
      path: this.#prefix + path,
      agent: this.#agentFor(access, isHttps),
      headers: { "user-agent": "slipway", ...headers },
    });
  }

  /** One agent as long as the credentials are the same; connections of older ones end with their work. */
  #agentFor(access: Access, isHttps: boolean): HttpAgent | HttpsAgent {
    if (this.#disposed) throw abortError();
    if (this.#agent && this.#agentAccess?.tls === access.tls) return this.#agent;
    const options = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, scheduling: "lifo" as const };
    const whole = isHttps ? { ...options, ...access.tls } : options;
    if (this.#proxy) this.#agent = proxyAgent(this.#proxy, isHttps, whole);
    else this.#agent = isHttps ? new HttpsAgent(whole) : new HttpAgent(whole);
    this.#agentAccess = access;
    return this.#agent;
  }
}

/**
 * Ends the request when it takes too long (until `begun`) or `signal` fires, until disposed. One that waits for its
 * connection would say so only when it has one, so whoever waits is told here.
 */
function watched(
  outgoing: ClientRequest,
  timeoutMs: number,
  signal: Signal,
  reject: (error: Error) => void,
): { begun(): void; dispose(): void } {
  const leave = (error: Error) => {
    reject(error);
    outgoing.destroy(error);
  };
  const timer = setTimeout(() => leave(timeoutError()), timeoutMs);
  const listener = onAbort(signal, () => leave(abortError()));
  return {
    begun: () => clearTimeout(timer),
    dispose() {
      clearTimeout(timer);
      listener.dispose();
    },
  };
}

function retryAfter({ headers }: Answer): string | undefined {
  const value = headers["retry-after"];
  return typeof value === "string" ? value : undefined;
}
