// The local end of a forward: a port that stays, whatever becomes of the pod behind it.
import type { Server, Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import type { Disposable } from "../../../base/disposables.ts";
import { abortError, type Signal } from "../../../base/signal.ts";
import { listenLocally } from "./localPort.ts";
import { reset } from "./reset.ts";
import type { CarryEnd, Meter, PodPort, Replay, Tunnel } from "./tunnel.ts";

/** A connection that comes while there is no pod waits so long. */
const PATIENCE_MS = 10_000;
/**
 * So many connections at a time have a tunnel each from their first byte on, as the six of a browser: in a shared one a
 * reader that rests holds up the others, and which of them will rest can't be told when they come. More are a rush, and
 * share one until they stay: a tunnel for each made the slowest of 600 short requests wait 2 to 4 times as long.
 */
const RUSH = 6;
/** So many that stay have a tunnel each; more of them share. */
const MOST_TUNNELS = 16;
/** Tunnels that were needed in a rush are kept so long after it. */
const SPARE_MS = 30_000;
const AGAIN_MS = 250;
/**
 * A connection that is still there after this long, or that has brought this much, stays: others get another tunnel,
 * because its reader may rest and would hold them up.
 */
const STAYS_BYTES = 4 * 1024;
const STAYS_MS = 500;

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
  /** Connections that stay, by their tunnel. */
  readonly #stays = new Map<Tunnel, number>();
  #openings = 0;
  #trimming: Disposable | undefined;

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
    // Last: letting tunnels go has set it anew.
    this.#trimming?.dispose();
    for (const local of this.#locals) reset(local);
    this.#locals.clear();
    this.#wake();
  }

  async #serve(local: Socket): Promise<void> {
    this.#locals.add(local);
    local.on("error", () => {});
    local.once("close", () => this.#locals.delete(local));
    const deadlineMs = this.#clock.elapsed() + PATIENCE_MS;
    let replay: Replay | undefined;
    let shares = false;
    while (!local.destroyed && !this.#ended.signal.aborted) {
      const tunnel = this.#pod && this.#choose(shares);
      if (!tunnel) {
        if (this.#clock.elapsed() >= deadlineMs) break;
        shares = (await this.#wait(local, deadlineMs)) === "refused";
        continue;
      }
      const target = this.#pod;
      const end: CarryEnd = await this.#carry(tunnel, local, replay);
      this.#letGo(tunnel);
      if (end.how === "done") return;
      if (end.how === "cut") break;
      this.#sink.unreached(end.why);
      replay = end.sent;
      // The pod may have just been replaced; one that is there and refuses is not asked again.
      if (this.#pod === target) break;
    }
    reset(local);
  }

  async #carry(tunnel: Tunnel, local: Socket, replay: Replay | undefined): Promise<CarryEnd> {
    const count = (change: number) => {
      const stays = (this.#stays.get(tunnel) ?? 0) + change;
      if (stays === 0) this.#stays.delete(tunnel);
      else this.#stays.set(tunnel, stays);
    };
    let hasStayed = false;
    const stay = () => {
      if (hasStayed) return;
      hasStayed = true;
      count(1);
      this.#prepare();
    };
    let received = 0;
    const meter: Meter = {
      sent: (bytes) => this.#sink.sent(bytes),
      received: (bytes) => {
        this.#sink.received(bytes);
        received += bytes;
        if (received > STAYS_BYTES) stay();
      },
    };
    const timer = this.#clock.after(STAYS_MS, stay);
    const carried = tunnel.carry(local, replay, meter);
    this.#prepare();
    const end = await carried;
    timer.dispose();
    if (hasStayed) count(-1);
    return end;
  }

  /** The tunnel for the next connection; undefined when one is to be opened, which one that `shares` can do without. */
  #choose(shares: boolean): Tunnel | undefined {
    const open = this.#tunnels.filter((tunnel) => tunnel.isOpen);
    const free = open.filter((tunnel) => this.#isFree(tunnel));
    const mayOpen = !shares && open.length + this.#openings < MOST_TUNNELS;
    if (!this.#isRush) {
      const idle = free.find((tunnel) => tunnel.load === 0);
      if (idle || mayOpen) return idle;
    }
    // One and the same: what leaves together for it costs everybody on the way less.
    if (free.length > 0 || mayOpen) return free[0];
    // So many that those which stay have to be shared too.
    const able = open.filter((tunnel) => !tunnel.isBusy);
    return leastLoaded(able.length > 0 ? able : open);
  }

  /** More have just come than get a tunnel each. */
  get #isRush(): boolean {
    let young = this.#openings;
    for (const tunnel of this.#tunnels) young += tunnel.load - (this.#stays.get(tunnel) ?? 0);
    return young >= RUSH;
  }

  /** Nothing in it can hold up a new connection, as far as can be told. */
  #isFree(tunnel: Tunnel): boolean {
    return tunnel.isOpen && !tunnel.isBusy && !this.#stays.has(tunnel);
  }

  /** Until there may be a tunnel: opens one, or waits for a pod. Refused one, there are others that can be shared. */
  async #wait(local: Socket, deadlineMs: number): Promise<"refused" | undefined> {
    const pod = this.#pod;
    if (pod && this.#tunnels.length + this.#openings < MOST_TUNNELS) {
      try {
        await this.#newTunnel(pod);
        return undefined;
      } catch {
        if (pod === this.#pod && this.#tunnels.some((tunnel) => tunnel.isOpen)) return "refused";
        // Whoever follows the pod decides what comes next; until then this connection waits.
        if (pod === this.#pod) this.#sink.lost(undefined);
      }
    }
    const left = deadlineMs - this.#clock.elapsed();
    await this.#news(Math.max(0, Math.min(left, this.#pod ? AGAIN_MS : left)), local);
    return undefined;
  }

  #letGo(tunnel: Tunnel): void {
    if (tunnel.load > 0) return;
    if (this.#left.delete(tunnel)) tunnel.dispose();
    if (!tunnel.isOpen) {
      // Whoever waits may open one in its place.
      this.#tunnels = this.#tunnels.filter((one) => one !== tunnel);
      this.#wake();
    }
    this.#trimming ??= this.#clock.after(SPARE_MS, () => this.#trim());
  }

  /** After a rush, one spare tunnel is enough. */
  #trim(): void {
    this.#trimming = undefined;
    const idle = this.#tunnels.filter((tunnel) => tunnel.load === 0).slice(1);
    this.#tunnels = this.#tunnels.filter((tunnel) => !idle.includes(tunnel));
    for (const tunnel of idle) {
      tunnel.onClosed = undefined;
      tunnel.dispose();
    }
  }

  /** The next tunnel is opened before it is needed, so that nobody waits for its handshake. */
  #prepare(): void {
    const isRush = this.#isRush;
    const hasSpare = this.#tunnels.some((tunnel) => this.#isFree(tunnel) && (isRush || tunnel.load === 0));
    const isFull = this.#tunnels.length + this.#openings >= MOST_TUNNELS;
    const pod = this.#pod;
    if (!pod || hasSpare || isFull || this.#openings > 0) return;
    this.#newTunnel(pod).catch(() => {
      // The last one may have ended meanwhile: nobody was told, because this one was on its way.
      if (pod === this.#pod && this.#tunnels.length === 0 && this.#openings === 0) this.#sink.lost(undefined);
    });
  }

  async #newTunnel(pod: PodPort): Promise<void> {
    this.#openings++;
    try {
      const tunnel = await this.#open(pod, this.#ended.signal);
      if (this.#pod !== pod) {
        tunnel.dispose();
        throw abortError();
      }
      this.#tunnels = this.#tunnels.filter((one) => one.isOpen || one.load > 0);
      this.#tunnels.push(tunnel);
      this.#wake();
      tunnel.onClosed = (why) => {
        this.#tunnels = this.#tunnels.filter((one) => one !== tunnel);
        if (this.#tunnels.length === 0 && this.#openings === 0) this.#sink.lost(why);
      };
    } finally {
      this.#openings--;
    }
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

function leastLoaded(tunnels: readonly Tunnel[]): Tunnel | undefined {
  return tunnels.reduce<Tunnel | undefined>(
    (best, one) => (best === undefined || one.load < best.load ? one : best),
    undefined,
  );
}
