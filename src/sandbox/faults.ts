// Faults on purpose, for tests: wrong answers, cut connections, a history that is too old.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/disposables.ts";
import { ApiFailure } from "./api/failure.ts";
import { sendFailure } from "./api/call.ts";
import type { Store } from "./api/store.ts";

export interface FaultRule {
  /** A path (without its query) or a pattern of path and query. */
  path: string | RegExp;
  method?: string;
  /** How many requests; 1 when not given. */
  times?: number;
  status: number;
  /** Reason and message of the Status object. */
  reason?: string;
  message?: string;
  /** Instead of a Status: this text, as it is. */
  body?: string;
  headers?: Record<string, string>;
  /** Before the answer. */
  delayMs?: number;
}

/** What a connection is used for right now. */
export type Use = "watch" | "log" | "exec" | "forward" | "other";

export interface Faults {
  /** The next requests of that path are answered so; disposing ends it early. */
  fail(rule: FaultRule): Disposable;
  /** Cuts the connections of one use (of all when none is named). @returns how many. */
  reset(use?: Use): number;
  /** Cuts every connection and refuses new ones for that long. */
  drop(ms: number): void;
  /** Every resourceVersion and continue token handed out so far is too old from now on. */
  expire(): void;
  /** Requests answered so far, by `METHOD path`. */
  readonly requests: ReadonlyMap<string, number>;
}

interface Rule extends FaultRule {
  left: number;
}

const countedPaths = 2_000;

export class FaultScript implements Faults {
  readonly requests = new Map<string, number>();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sockets = new Map<Duplex, Use>();
  #rules: Rule[] = [];
  #droppedUntil = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  fail(rule: FaultRule): Disposable {
    const kept: Rule = { ...rule, left: rule.times ?? 1 };
    this.#rules.push(kept);
    return {
      dispose: () => {
        this.#rules = this.#rules.filter((one) => one !== kept);
      },
    };
  }

  reset(use?: Use): number {
    const cut = Array.from(this.#sockets).filter(([, one]) => use === undefined || one === use);
    for (const [socket] of cut) socket.destroy();
    return cut.length;
  }

  drop(ms: number): void {
    this.#droppedUntil = this.#clock.now() + ms;
    this.reset();
  }

  expire(): void {
    this.#store.expire();
  }

  /** A new connection; it is closed at once while the API is dropped. */
  connected(socket: Duplex): void {
    if (this.#clock.now() < this.#droppedUntil) {
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, "other");
    socket.once("close", () => this.#sockets.delete(socket));
  }

  used(socket: Duplex, use: Use): void {
    if (this.#sockets.has(socket)) this.#sockets.set(socket, use);
  }

  /** @returns whether a rule has taken the request. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const rule = this.#match(request);
    if (!rule) return false;
    const answer = () => {
      if (rule.body === undefined) {
        const { status, reason = "InternalError", message = "a fault on purpose" } = rule;
        for (const [name, value] of Object.entries(rule.headers ?? {})) response.setHeader(name, value);
        sendFailure(response, new ApiFailure(status, reason, message));
      } else {
        response.writeHead(rule.status, rule.headers);
        response.end(rule.body);
      }
    };
    if (rule.delayMs === undefined) answer();
    else this.#clock.after(rule.delayMs, answer);
    return true;
  }

  /** For upgrades, which have no response object: the raw answer of a matching rule. */
  takeUpgrade(request: IncomingMessage, socket: Duplex): boolean {
    const rule = this.#match(request);
    if (!rule) return false;
    const body = rule.body ?? rule.message ?? "";
    socket.end(
      `HTTP/1.1 ${rule.status} ${rule.reason ?? "Fault"}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
    return true;
  }

  #match(request: IncomingMessage): Rule | undefined {
    const url = request.url ?? "/";
    const [path = "/"] = url.split("?");
    const key = `${request.method} ${path}`;
    if (this.requests.has(key) || this.requests.size < countedPaths) {
      this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    }
    const rule = this.#rules.find(
      (one) =>
        (one.method === undefined || one.method === request.method) &&
        (typeof one.path === "string" ? one.path === path : one.path.test(url)),
    );
    if (!rule) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules = this.#rules.filter((one) => one !== rule);
    return rule;
  }
}
