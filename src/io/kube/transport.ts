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
import { ApiFailure } from "./apiFailure.ts";
import type { Access, Credentials } from "./credentials.ts";

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
  /** For the headers of a stream, or the whole of an answer. Default 30 s. */
  timeoutMs?: number;
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
  readonly #base: URL;
  readonly #prefix: string;
  #agent: HttpAgent | HttpsAgent | undefined;
  #agentAccess: Access | undefined;
  /** The server asked (429) that nothing is sent before this time. */
  #quietUntilMs = 0;
  #disposed = false;

  constructor(server: string, credentials: Credentials, clock: Clock) {
    this.server = server;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#base = new URL(server);
    this.#prefix = this.#base.pathname.replace(/\/$/, "");
  }

  /** One call with a JSON answer. @throws ApiFailure for an answer that is no success. */
  async json(request: ApiRequest, signal: Signal): Promise<KubeObject> {
    const answer = await this.#answer(request, signal);
    const { timeoutMs = TIMEOUT_MS } = request;
    const body = await collect(answer, signal, timeoutMs);
    try {
      return JSON.parse(body.toString("utf8")) as KubeObject;
    } catch {
      throw new ApiFailure(502, "", `The answer to ${request.method ?? "GET"} ${request.path} is no JSON`);
    }
  }

  /** One call whose answer is a text, of at most `limitBytes`. @throws ApiFailure for an answer that is no success. */
  async text(request: ApiRequest, limitBytes: number, signal: Signal): Promise<string> {
    const answer = await this.#answer(request, signal);
    const body = await collect(answer, signal, request.timeoutMs ?? TIMEOUT_MS, limitBytes);
    return body.toString("utf8");
  }

  /** Opens a stream; its reader ends it by destroying it. No time limit holds once the headers are there. */
  open(request: ApiRequest, signal: Signal): Promise<IncomingMessage> {
    return this.#answer(request, signal);
  }

  /** Turns a request into a stream of its own. @throws ApiFailure when the server answers in HTTP instead. */
  async upgrade(path: string, headers: Record<string, string>, signal: Signal): Promise<Upgraded> {
    const send = async () => this.#upgradeOnce(path, headers, await this.#credentials.access(), signal);
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiFailure && error.status === 401 && this.#credentials.canRenew)) throw error;
      this.#credentials.renew();
      return send();
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  async #answer(request: ApiRequest, signal: Signal): Promise<IncomingMessage> {
    const wait = this.#quietUntilMs - this.#clock.now();
    if (wait > 0) await sleep(this.#clock, wait, signal);
    let access = await this.#credentials.access();
    let answer = await this.#send(request, access, signal);
    if (answer.statusCode === 401 && this.#credentials.canRenew) {
      answer.resume();
      this.#credentials.renew();
      access = await this.#credentials.access();
      answer = await this.#send(request, access, signal);
    }
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    const body = await collect(answer, signal, TIMEOUT_MS, ERROR_BODY_BYTES);
    const failure = ApiFailure.fromBody(status, body, answer.headers["retry-after"]);
    if (status === 429)
      this.#quietUntilMs = this.#clock.now() + Math.min(failure.retryAfterMs ?? 1000, 60_000);
    throw failure;
  }

  async #send(request: ApiRequest, access: Access, signal: Signal): Promise<IncomingMessage> {
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
      const timer = setTimeout(() => outgoing.destroy(timeoutError()), timeoutMs);
      const listener = onAbort(signal, () => outgoing.destroy(abortError()));
      outgoing.once("error", (error) => {
        clearTimeout(timer);
        listener.dispose();
        reused.value = outgoing.reusedSocket && (error as NodeJS.ErrnoException).code !== "SLIPWAY_TIMEOUT";
        reject(error);
      });
      outgoing.once("response", (answer) => {
        clearTimeout(timer);
        answer.once("close", () => listener.dispose());
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
      const end = this.#watched(outgoing, TIMEOUT_MS, signal);
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
          .then((body) => reject(ApiFailure.fromBody(status, body, answer.headers["retry-after"])), reject)
          .finally(() => end.dispose());
      });
      outgoing.end();
    });
  }

  #request(
    method: string,
    path: string,
    headers: Record<string, string | number>,
    access: Access,
  ): ClientRequest {
    const isHttps = this.#base.protocol === "https:";
    return (isHttps ? httpsRequest : httpRequest)({
      host: this.#base.hostname.replace(/^\[|\]$/g, ""),
      port: this.#base.port || (isHttps ? 443 : 80),
      method,
      path: this.#prefix + path,
      agent: this.#agentFor(access, isHttps),
      headers: { "user-agent": "slipway", ...headers },
    });
  }

  /** Ends the request when it takes too long or `signal` fires, until disposed. */
  #watched(outgoing: ClientRequest, timeoutMs: number, signal: Signal): { dispose(): void } {
    const timer = setTimeout(() => outgoing.destroy(timeoutError()), timeoutMs);
    const listener = onAbort(signal, () => outgoing.destroy(abortError()));
    return {
      dispose() {
        clearTimeout(timer);
        listener.dispose();
      },
    };
  }

  /** One agent as long as the credentials are the same; connections of older ones end with their work. */
  #agentFor(access: Access, isHttps: boolean): HttpAgent | HttpsAgent {
    if (this.#disposed) throw abortError();
    if (this.#agent && this.#agentAccess?.tls === access.tls) return this.#agent;
    const options = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, scheduling: "lifo" as const };
    this.#agent = isHttps ? new HttpsAgent({ ...options, ...access.tls }) : new HttpAgent(options);
    this.#agentAccess = access;
    return this.#agent;
  }
}

export function isLoopback(server: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(server.hostname);
}

function timeoutError(): Error {
  return Object.assign(new Error("The server did not answer in time"), { code: "SLIPWAY_TIMEOUT" });
}

function collect(
  answer: IncomingMessage,
  signal: Signal,
  timeoutMs: number,
  limitBytes = 64 * 1024 * 1024,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => answer.destroy(timeoutError()), timeoutMs);
    answer.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) chunks.push(chunk);
      else answer.destroy(new ApiFailure(502, "", "The answer is too large"));
    });
    answer.once("end", () => resolve(Buffer.concat(chunks)));
    answer.once("error", (error) => reject(signal.aborted ? abortError() : error));
    answer.once("close", () => {
      clearTimeout(timer);
      // After `end` this changes nothing; without it the answer was cut.
      reject(
        signal.aborted
          ? abortError()
          : Object.assign(new Error("The answer was cut"), { code: "ECONNRESET" }),
      );
    });
  });
}
