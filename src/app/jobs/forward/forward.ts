// One forward: keeps a local port connected to a port of a pod, and finds the pod's replacement.
import type { Clock } from "../../../base/clock.ts";
import { type Disposable, Disposables } from "../../../base/disposables.ts";
import type { Log } from "../../../base/log.ts";
import { isAbort } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { forwardFailure } from "../../../core/kube/forwardFailure.ts";
import { choosePod, containerPort, type PodQuery, podQuery } from "../../../core/kube/forwardPods.ts";
import { kindNamed } from "../../../core/kube/kinds.ts";
import { controllerOf, type KubeObject, text } from "../../../core/kube/object.ts";
import type { PodRow } from "../../../core/kube/row.ts";
import { KnownRows, type WatchEvent } from "../../../core/kube/knownRows.ts";
import type { ClusterConnection, LocalForward, WatchState } from "../../stores/cluster/port.ts";
import type { Clusters } from "../../stores/clusters.ts";
import type { ForwardSpec } from "./spec.ts";

/** `why` is a sentence for a person. */
export type ForwardState =
  | { kind: "stopped" }
  | { kind: "connecting"; why: string | undefined }
  | { kind: "ready"; pod: string }
  | { kind: "reconnecting"; attempt: number; why: string }
  | { kind: "failed"; why: string };

const RETRY_FROM_MS = 250;
const RETRY_TO_MS = 5_000;

export interface ForwardWorld {
  clusters: Clusters;
  clock: Clock;
  log: Log;
}

export class Forward implements Disposable {
  readonly id: string;
  readonly spec: ForwardSpec;
  readonly #world: ForwardWorld;
  readonly #onChange: () => void;
  #state: ForwardState = { kind: "stopped" };
  #run: Run | undefined;
  #localPort: number | undefined;
  #note: string | undefined;
  #sent = 0;
  #received = 0;

  constructor(id: string, spec: ForwardSpec, world: ForwardWorld, onChange: () => void) {
    this.id = id;
    this.spec = spec;
    this.#world = world;
    this.#onChange = onChange;
  }

  get state(): ForwardState {
    return this.#state;
  }

  /** Where to reach it; undefined while it is not open. */
  get url(): string | undefined {
    return this.#localPort === undefined ? undefined : `http://127.0.0.1:${this.#localPort}`;
  }

  /** The local port when it is another than the wanted one, which was taken. */
  get movedTo(): number | undefined {
    return this.#localPort === this.spec.localPort ? undefined : this.#localPort;
  }

  /** What the last connection met, until one succeeds. */
  get note(): string | undefined {
    return this.#note;
  }

  /** Bytes to the pod and from it, since it was started. */
  get bytes(): { sent: number; received: number } {
    return { sent: this.#sent, received: this.#received };
  }

  /** Opens the local port and connects; a forward that runs is started anew. Resolves when the port is open. */
  async start(): Promise<void> {
    this.stop();
    this.#sent = 0;
    this.#received = 0;
    const run = new Run(this.spec, this.#world, {
      state: (state) => {
        if (this.#run === run) this.#set(state);
      },
      note: (note) => {
        if (this.#note === note) return;
        this.#note = note;
        this.#onChange();
      },
      sent: (bytes) => {
        this.#sent += bytes;
        this.#onChange();
      },
      received: (bytes) => {
        this.#received += bytes;
        this.#onChange();
      },
    });
    this.#run = run;
    this.#set({ kind: "connecting", why: undefined });
    const port = await run.open();
    if (this.#run !== run) return;
    this.#localPort = port;
    this.#onChange();
  }

  stop(): void {
    this.#run?.dispose();
    this.#run = undefined;
    this.#localPort = undefined;
    this.#note = undefined;
    this.#set({ kind: "stopped" });
  }

  dispose(): void {
    this.stop();
  }

  #set(state: ForwardState): void {
    if (JSON.stringify(this.#state) === JSON.stringify(state)) return;
    this.#state = state;
    if (state.kind === "failed") this.#localPort = undefined;
    const why = "why" in state && state.why !== undefined ? ` · ${state.why}` : "";
    this.#world.log.info(
      `forward ${this.spec.kind} ${this.spec.name}:${this.spec.port} · ${state.kind}${why}`,
    );
    this.#onChange();
  }
}

interface RunListener {
  state(state: ForwardState): void;
  note(note: string | undefined): void;
  sent(bytes: number): void;
  received(bytes: number): void;
}

/** A forward from its start to its stop. */
class Run implements Disposable {
  readonly #spec: ForwardSpec;
  readonly #world: ForwardWorld;
  readonly #listener: RunListener;
  readonly #own = new Disposables();
  readonly #ended = new AbortController();
  #connection: ClusterConnection | undefined;
  #service: KubeObject | undefined;
  #local: LocalForward | undefined;
  readonly #pods = new KnownRows();
  /** The pod that connections go to, or went to last. */
  #pod: PodRow | undefined;
  #isConnected = false;
  #attempt = 0;
  #turn = 0;
  #retry: Disposable | undefined;

  constructor(spec: ForwardSpec, world: ForwardWorld, listener: RunListener) {
    this.#spec = spec;
    this.#world = world;
    this.#listener = listener;
  }

  /** The local port; undefined when it failed, which the listener has been told. */
  async open(): Promise<number | undefined> {
    try {
      const { connection } = await this.#world.clusters.open(this.#spec.context);
      this.#connection = connection;
      const query = await this.#query(connection);
      if (this.#own.disposed) return undefined;
      const local = this.#own.add(connection.forward(this));
      this.#local = local;
      const port = await local.listen(this.#spec.localPort);
      this.#watch(connection, query);
      return port;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  dispose(): void {
    this.#ended.abort();
    this.#retry?.dispose();
    this.#own.dispose();
  }

  sent(bytes: number): void {
    this.#listener.sent(bytes);
  }

  received(bytes: number): void {
    this.#listener.note(undefined);
    this.#listener.received(bytes);
  }

  unreached(why: string): void {
    if (!this.#pod) return;
    this.#world.log.warn(`forward to pod ${this.#pod.name}: ${why}`);
    this.#listener.note(forwardFailure(why, this.#pod.name, this.#spec.port));
  }

  lost(why: string | undefined): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#local?.away();
    this.#attempt = 0;
    this.#again(why ?? "The connection to the API server was cut.", 0);
  }

  /** How the API finds the pods. @throws Trouble */
  async #query(connection: ClusterConnection): Promise<PodQuery> {
    const { kind, name, namespace } = this.#spec;
    const known = kindNamed(kind);
    if (!known)
      throw new Trouble("bad-input", `Ports of a ${kind} can't be forwarded: forward a port of its pod.`);
    const object = await connection.get({ kind: known, namespace, name }, this.#ended.signal);
    if (kind === "Service") this.#service = object;
    const query = podQuery(object, kind === "Pod" ? await this.#workloadOf(connection, object) : undefined);
    if ("problem" in query) throw new Trouble("bad-input", query.problem);
    return query;
  }

  /** Up the chain of owners to the last that is known: it outlives a rollout. */
  async #workloadOf(connection: ClusterConnection, pod: KubeObject): Promise<KubeObject | undefined> {
    let found: KubeObject | undefined;
    for (let owner = controllerOf(pod); owner; owner = found && controllerOf(found)) {
      const kind = kindNamed(owner.kind);
      if (!kind) return found;
      const place = { kind, namespace: this.#spec.namespace, name: owner.name };
      try {
        const object = await connection.get(place, this.#ended.signal);
        if (podHasNoSelector(object)) return found;
        found = object;
      } catch (error) {
        // It may not be read, or is gone: the pod itself is still there.
        if (Trouble.is(error)) return found;
        throw error;
      }
    }
    return found;
  }

  #watch(connection: ClusterConnection, query: PodQuery): void {
    const pods = kindNamed("Pod");
    if (!pods) return;
    const sink = {
      onEvents: (events: readonly WatchEvent[]) => {
        this.#pods.apply(events);
        if (this.#pods.isComplete) this.#look();
      },
      onState: (state: WatchState) => this.#onWatch(state),
    };
    this.#own.add(connection.watch(pods, this.#spec.namespace, sink, { ...query }));
  }

  #onWatch(state: WatchState): void {
    if (state.state === "blocked") this.#fail(state.trouble);
    // The server is back: no need to sit out the rest of the wait.
    else if (state.state === "live" && this.#retry && this.#pod) {
      this.#retry.dispose();
      void this.#connect(this.#pod);
    }
  }

  /** Looks which pod it is to be now. */
  #look(): void {
    if (this.#own.disposed) return;
    const rows = Array.from(this.#pods.rows.values()).filter((row): row is PodRow => row.kind === "Pod");
    const last = this.#pod;
    const chosen = choosePod(rows, last?.uid);
    const isGone = last && !rows.some((row) => row.uid === last.uid && row.phase === "Running");
    if (chosen && chosen.uid !== last?.uid) {
      this.#pod = chosen;
      this.#attempt = 0;
      void this.#connect(chosen);
    } else if (!chosen) {
      this.#turn++;
      this.#retry?.dispose();
      this.#retry = undefined;
      this.#isConnected = false;
      this.#local?.away();
      this.#listener.state(waiting(this.#spec, last, rows, this.#attempt));
    }
    if (isGone) this.#local?.cut();
  }

  async #connect(pod: PodRow): Promise<void> {
    const [connection, local] = [this.#connection, this.#local];
    if (!connection || !local) return;
    const turn = ++this.#turn;
    this.#retry?.dispose();
    this.#retry = undefined;
    const isOld = () => turn !== this.#turn || this.#own.disposed;
    try {
      const kind = kindNamed("Pod");
      if (!kind) return;
      const { namespace, port, portName } = this.#spec;
      const object = await connection.get({ kind, namespace, name: pod.name }, this.#ended.signal);
      if (isOld()) return;
      const target = containerPort(object, { port, name: portName }, this.#service);
      if (target === undefined) {
        throw new Trouble(
          "bad-input",
          `Pod ${pod.name} has no port of the name that ${this.#spec.kind} ${this.#spec.name} asks for: forward another port.`,
        );
      }
      await local.use({ namespace, pod: pod.name, port: target });
      if (isOld()) return;
      this.#isConnected = true;
      this.#attempt = 0;
      this.#listener.note(undefined);
      this.#listener.state({ kind: "ready", pod: pod.name });
    } catch (error) {
      if (isOld() || isAbort(error)) return;
      if (
        Trouble.is(error) &&
        (error.kind === "denied" || error.kind === "bad-input" || error.kind === "refused-by-policy")
      ) {
        this.#fail(error);
        return;
      }
      this.#isConnected = false;
      const delay = Math.min(RETRY_FROM_MS * 2 ** this.#attempt, RETRY_TO_MS);
      this.#again(Trouble.is(error) ? error.text : String(error), delay);
    }
  }

  #again(why: string, delayMs: number): void {
    this.#attempt++;
    this.#listener.state({ kind: "reconnecting", attempt: this.#attempt, why });
    this.#retry?.dispose();
    this.#retry = this.#world.clock.after(delayMs, () => {
      if (this.#pod) void this.#connect(this.#pod);
    });
  }

  #fail(error: unknown): void {
    if (this.#own.disposed || isAbort(error)) return;
    if (!Trouble.is(error)) this.#world.log.error("A forward failed", error);
    this.#listener.state({
      kind: "failed",
      why: Trouble.is(error) ? error.text : "The forward failed: see the log.",
    });
    this.dispose();
  }
}

/** A CronJob makes Jobs, not pods. */
function podHasNoSelector(object: KubeObject): boolean {
  return text(object, "kind") === "CronJob";
}

function waiting(
  spec: ForwardSpec,
  last: PodRow | undefined,
  rows: readonly PodRow[],
  attempt: number,
): ForwardState {
  const next = rows.find((row) => row.uid !== last?.uid && row.status !== "Terminating");
  const reason =
    next && `Pod ${next.name} is ${next.status}${next.message === undefined ? "" : `: ${next.message}`}`;
  if (last) {
    const why = reason ?? `Pod ${last.name} is gone: waiting for its replacement.`;
    return { kind: "reconnecting", attempt: Math.max(attempt, 1), why };
  }
  return { kind: "connecting", why: reason ?? `${spec.kind} ${spec.name} has no pod yet: waiting for one.` };
}
