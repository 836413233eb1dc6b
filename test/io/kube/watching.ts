// A reflector against the scripted server, with what it reported put together as a store would.
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KnownRows, type RowChange } from "../../../src/core/kube/knownRows.ts";
import { Credentials } from "../../../src/io/kube/credentials.ts";
import type { Target } from "../../../src/io/kube/kubeconfig.ts";
import { Reachability } from "../../../src/io/kube/reachability.ts";
import { Reflector, type ReflectorOptions, type WatchState } from "../../../src/io/kube/reflector.ts";
import { Transport } from "../../../src/io/kube/transport.ts";
import type { FakeApiServer, SeenRequest } from "./fakeApiServer.ts";

/** Runs twenty times as fast. */
export const hurriedClock: Clock = {
  now: () => performance.now() * 20,
  elapsed: () => performance.now() * 20,
  after: (delayMs, run) => systemClock.after(delayMs / 20, run),
};

export function targetOf(server: string, user: Partial<Target["user"]> = {}): Target {
  return {
    context: "dev",
    namespace: undefined,
    cluster: { name: "one", server, skipTLSVerify: false },
    user: { name: "me", ...user },
    tokenFile: undefined,
    impersonateGroups: [],
    folder: "/nowhere",
  };
}

/** A list of pods, page by page. */
export const isList = (request: SeenRequest) =>
  request.path === "/api/v1/pods" && !request.query.has("watch");

/** A watch that goes on from a version. */
export const isWatch = (request: SeenRequest) =>
  request.query.has("watch") && !request.query.has("sendInitialEvents");

export class Watching {
  readonly states: WatchState[] = [];
  readonly changes: RowChange[] = [];
  readonly bugs: unknown[] = [];
  readonly known = new KnownRows();
  readonly transport: Transport;
  readonly #reflector: Reflector;
  readonly #reachability: Reachability;
  readonly #waiting = new Set<() => void>();

  constructor(server: FakeApiServer, options: Partial<ReflectorOptions> = {}) {
    const target = targetOf(server.url);
    const { clock = hurriedClock } = options;
    this.transport = new Transport(server.url, new Credentials(target, silentLog), clock);
    this.#reachability = new Reachability(
      async (signal) => void (await this.transport.open({ path: "/readyz" }, signal)).resume(),
      clock,
      () => 0.5,
    );
    const kind = kindNamed("Pod");
    if (!kind) throw new Error("no kind Pod");
    this.#reflector = new Reflector({
      transport: this.transport,
      reachability: this.#reachability,
      kind,
      namespace: undefined,
      context: "dev",
      onBug: (error) => this.bugs.push(error),
      clock,
      random: () => 0.5,
      onEvents: (events) => {
        this.changes.push(...this.known.apply(events));
        this.#look();
      },
      onState: (state) => {
        this.states.push(state);
        this.#look();
      },
      ...options,
    });
    this.#reflector.start();
  }

  get names(): string[] {
    return Array.from(this.known.rows.values(), (row) => row.name).sort();
  }

  get isLive(): boolean {
    return this.states.at(-1)?.state === "live" && this.known.isComplete && !this.known.isListing;
  }

  until(done: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!done()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  dispose(): void {
    this.#reflector.dispose();
    this.#reachability.dispose();
    this.transport.dispose();
  }

  #look(): void {
    for (const check of Array.from(this.#waiting)) check();
  }
}
