// The local end of a forward: a port that stays, whatever becomes of the pod behind it.
import type { Server, Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { abortError, type Signal } from "../../../base/signal.ts";
import { listenLocally } from "./localPort.ts";
import type { CarryEnd, Meter, PodPort, Replay, Tunnel } from "./tunnel.ts";

/** A connection that comes while there is no pod waits so long. */
const PATIENCE_MS = 10_000;
/** A new tunnel beside a busy one, up to so many. */
const MOST_TUNNELS = 16;
const AGAIN_MS = 250;

export interface ForwardSink extends Meter {
  /** The last tunnel to the pod is gone by itself. */
  lost(why: string | undefined): void;
  /** The pod could not be reached for a connection. */
  unreached(why: string): void;
}

export type OpenTunnel = (pod: PodPort, signal: Signal) => Promise<Tunnel>;

export class LocalForward implements Disposable {
  readonly #open: OpenTunnel;
  readonly #clock: Clock;
  readonly #sink: ForwardSink;
  readonly #ended = new AbortController();
  readonly #locals = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  #server: Server | undefined;
  #pod: PodPort | undefined;
  #tunnels: Tunnel[] = [];
  /** To pods that were left; they live as long as the connections in them. */
  readonly #left = new Set<Tunnel>();
  #opening: Promise<Tunnel> | undefined;

  constructor(open: OpenTunnel, clock: Clock, sink: ForwardSink) {
    this.#open = open;
    this.#clock = clock;
    this.#sink = sink;
  }

  /** Opens the local port, the wanted one or the next that is free. @throws Trouble */
  async listen(wanted: number): Promise<number> {
    const { port, server } = await listenLocally(wanted, (socket) => void this.#serve(socket));
    if (this.#ended.signal.aborted) {
      server.close();
      throw abortError();
    }
    this.#server = server;
    return port;
  }

  /** From now on connections go to this pod; resolves when the way is open. Those under way go on. */
  async use(pod: PodPort): Promise<void> {
    this.away();
    this.#pod = pod;
    await this.#newTunnel(pod);
    this.#wake();
  }

  /** There is no pod for now: connections wait. Those under way go on as long as they can. */
  away(): void {
    this.#pod = undefined;
    this.#opening = undefined;
    for (const tunnel of this.#tunnels.splice(0)) {
      tunnel.onClosed = undefined;
      this.#left.add(tunnel);
      this.#letGo(tunnel);
    }
  }

  /** The pods that were left are gone: connections to them are reset, so that nobody waits for them. */
  cut(): void {
    for (const tunnel of this.#left) tunnel.dispose();
    this.#left.clear();
  }

  dispose(): void {
    this.#ended.abort();
    this.#server?.close();
    this.away();
    this.cut();
    for (const local of this.#locals) local.resetAndDestroy();
    this.#locals.clear();
    this.#wake();
  }

  async #serve(local: Socket): Promise<void> {
    this.#locals.add(local);
    local.on("error", () => {});
    local.once("close", () => this.#locals.delete(local));
    const deadlineMs = this.#clock.now() + PATIENCE_MS;
    let replay: Replay | undefined;
    for (;;) {
      const tunnel = await this.#tunnel(local, deadlineMs);
      if (!tunnel) break;
      const target = this.#pod;
      const end: CarryEnd = await tunnel.carry(local, replay, this.#sink);
      this.#letGo(tunnel);
      if (end.how === "done") return;
      if (end.how === "cut") break;
      this.#sink.unreached(end.why);
      replay = end.sent;
      // The pod may have just been replaced; one that is there and refuses is not asked again.
      if (local.destroyed || this.#pod === target) break;
    }
    local.resetAndDestroy();
  }

  #letGo(tunnel: Tunnel): void {
    if (tunnel.load === 0 && this.#left.delete(tunnel)) tunnel.dispose();
  }

  /** A tunnel to the pod; undefined when there is none in time, or nobody waits any more. */
  async #tunnel(local: Socket, deadlineMs: number): Promise<Tunnel | undefined> {
    for (;;) {
      if (local.destroyed || this.#ended.signal.aborted) return undefined;
      const left = deadlineMs - this.#clock.now();
      if (left <= 0) return undefined;
      const pod = this.#pod;
      if (pod) {
        const free = this.#tunnels.find((tunnel) => tunnel.isOpen && !tunnel.isBusy);
        if (free) {
          this.#prepare(pod);
          return free;
        }
        const open = this.#tunnels.filter((tunnel) => tunnel.isOpen);
        if (open.length >= MOST_TUNNELS && open[0]) return leastLoaded(open, open[0]);
        try {
          const fresh = await this.#newTunnel(pod);
          if (!fresh.isBusy) return fresh;
          continue;
        } catch {
          // Whoever follows the pod decides what comes next; until then this connection waits.
          if (pod === this.#pod) this.#sink.lost(undefined);
        }
      }
      await this.#news(Math.min(left, pod ? AGAIN_MS : left), local);
    }
  }

  /** Where a tunnel carries one connection only, the next is opened before it is needed. */
  #prepare(pod: PodPort): void {
    this.#clock.after(0, () => {
      const isAllBusy = this.#tunnels.every((tunnel) => !tunnel.isOpen || tunnel.isBusy);
      if (isAllBusy && this.#pod === pod && this.#tunnels.length < MOST_TUNNELS)
        this.#newTunnel(pod).catch(() => {});
    });
  }

  #newTunnel(pod: PodPort): Promise<Tunnel> {
    if (this.#opening) return this.#opening;
    const opening: Promise<Tunnel> = this.#open(pod, this.#ended.signal).then((tunnel) => {
      if (this.#pod !== pod) {
        tunnel.dispose();
        throw abortError();
      }
      this.#tunnels.push(tunnel);
      tunnel.onClosed = (why) => {
        this.#tunnels = this.#tunnels.filter((one) => one !== tunnel);
        if (this.#tunnels.length === 0 && !this.#opening) this.#sink.lost(why);
      };
      return tunnel;
    });
    this.#opening = opening;
    const done = () => {
      if (this.#opening === opening) this.#opening = undefined;
      this.#tunnels = this.#tunnels.filter((tunnel) => tunnel.isOpen || tunnel.load > 0);
    };
    opening.then(done, done);
    return opening;
  }

  /** Waits for a pod, for the local side to leave, or for the time to pass. */
  #news(atMostMs: number, local: Socket): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.dispose();
        local.off("close", done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = this.#clock.after(atMostMs, done);
      local.once("close", done);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const wake of Array.from(this.#waiting)) wake();
  }
}

function leastLoaded(tunnels: readonly Tunnel[], first: Tunnel): Tunnel {
  return tunnels.reduce((best, one) => (one.load < best.load ? one : best), first);
}
