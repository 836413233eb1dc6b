// One open cluster: watches, calls and logs over one pool of connections.
import type { Clock } from "../../base/clock.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import type { Log } from "../../base/log.ts";
import type { Signal } from "../../base/signal.ts";
import { type Kind, resourcePath } from "../../core/kube/kind.ts";
import { type KubeObject, list, text } from "../../core/kube/object.ts";
import type { WatchEvent } from "../../core/kube/snapshot.ts";
import { type ManifestObject, manifestWords } from "../../core/kube/manifestObject.ts";
import { ApiFailure, apiTrouble } from "./apiFailure.ts";
import { type Applied, type ApplyOptions, applyObject } from "./apply.ts";
import { Credentials } from "./credentials.ts";
import { type Execution, type ExecPlace, type ExecSink, execute } from "./exec.ts";
import { type ForwardSink, LocalForward } from "./forward/localForward.ts";
import { openTunnel } from "./forward/openTunnel.ts";
import type { PodPort } from "./forward/tunnel.ts";
import type { Target } from "./kubeconfig.ts";
import { LogFollower, type LogPlace, type LogSink } from "./logs.ts";
import { Reachability } from "./reachability.ts";
import { Reflector, type WatchState } from "./reflector.ts";
import { Transport } from "./transport.ts";

export interface WatchSink {
  onEvents(events: WatchEvent[]): void;
  onState(state: WatchState): void;
}

/** Which object a call is about. */
export interface ObjectPlace {
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

/** A program in the cluster that answers HTTP: a pod, or one of the pods behind a Service. */
export interface ProxyTarget {
  kind: "pods" | "services";
  namespace: string;
  name: string;
  port: string;
  /** What is asked of it: an encoded path with its query. */
  path: string;
}

/** Objects that `list` gives at most, and how many come at once: a page is parsed in one go. */
const MOST_LISTED = 5_000;
const PAGE = 250;
const PROXY_TIMEOUT_MS = 5_000;
/** A page of metrics of a node with eight GPUs has about half a mebibyte. */
const PROXY_LIMIT_BYTES = 16 * 1024 * 1024;

export class Connection implements Disposable {
  readonly transport: Transport;
  readonly #context: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #own = new Disposables();
  readonly #reachability: Reachability;
  readonly #ended = new AbortController();
  readonly #watches = new Set<Reflector>();

  constructor(target: Target, clock: Clock, log: Log) {
    this.#context = target.context;
    this.#clock = clock;
    this.#log = log;
    this.transport = this.#own.add(new Transport(target.cluster.server, new Credentials(target, log), clock));
    this.#reachability = this.#own.add(new Reachability((signal) => this.#probe(signal), clock, Math.random));
  }

  /** Lists and watches until disposed; reports states as they change. */
  watch(
    kind: Kind,
    namespace: string | undefined,
    sink: WatchSink,
    query?: Readonly<Record<string, string>>,
  ): Disposable {
    const name = `${this.#context}: ${kind.plural}${namespace === undefined ? "" : ` in ${namespace}`}`;
    let last = "";
    const reflector = new Reflector({
      transport: this.transport,
      reachability: this.#reachability,
      kind,
      namespace,
      ...(query ? { query } : {}),
      context: this.#context,
      clock: this.#clock,
      random: Math.random,
      onEvents: (events) => sink.onEvents(events),
      onState: (state) => {
        if (state.state !== last) this.#log.info(`watch ${name} · ${state.state}${stateDetail(state)}`);
        last = state.state;
        sink.onState(state);
      },
    });
    this.#watches.add(reflector);
    reflector.start();
    return {
      dispose: () => {
        this.#watches.delete(reflector);
        reflector.dispose();
      },
    };
  }

  /** The object as it is now. @throws Trouble */
  get(place: ObjectPlace, signal: Signal): Promise<KubeObject> {
    return this.#call(`read ${words(place)}`, () =>
      this.transport.json({ path: resourcePath(place.kind, place.namespace, place.name) }, signal),
    );
  }

  /** Objects of all namespaces under a list's path that match a label selector, at most 5,000. @throws Trouble */
  async list(path: string, selector: string, signal: Signal): Promise<KubeObject[]> {
    const what = `list ${path.slice(path.lastIndexOf("/") + 1)} in all namespaces`;
    const found: KubeObject[] = [];
    let rest: string | undefined = "";
    while (rest !== undefined && found.length < MOST_LISTED) {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (selector !== "") query.set("labelSelector", selector);
      if (rest !== "") query.set("continue", rest);
      const request = { path: `${path}?${query.toString()}` };
      const answer: KubeObject = await this.#call(what, () => this.transport.json(request, signal));
      for (const one of list(answer, "items")) found.push(one as KubeObject);
      rest = text(answer, "metadata", "continue");
    }
    return found;
  }

  /** What a program in the cluster answers to a GET, through the API server. @throws Trouble */
  proxied(target: ProxyTarget, signal: Signal): Promise<string> {
    const { kind, namespace, name, port, path } = target;
    const place = `${encodeURIComponent(namespace)}/${kind}/${encodeURIComponent(name)}:${encodeURIComponent(port)}`;
    const request = {
      path: `/api/v1/namespaces/${place}/proxy${path}`,
      accept: "*/*",
      timeoutMs: PROXY_TIMEOUT_MS,
    };
    const noun = kind === "pods" ? "pod" : "service";
    return this.#call(`reach ${noun} ${name} in namespace ${namespace} through its proxy`, () =>
      this.transport.text(request, PROXY_LIMIT_BYTES, signal),
    );
  }

  /** Runs a command in a container; it ends with `signal` or with this connection. @throws Trouble */
  execute(place: ExecPlace, sink: ExecSink, signal: Signal): Promise<Execution> {
    const either = AbortSignal.any([signal, this.#ended.signal]);
    return this.#call(`run a command in pod ${place.pod} in namespace ${place.namespace}`, () =>
      execute(this.transport, this.#clock, place, sink, either),
    );
  }

  /** The events about an object, oldest first as the server has them. @throws Trouble */
  async events(namespace: string | undefined, uid: string, signal: Signal): Promise<KubeObject[]> {
    const path =
      namespace === undefined
        ? "/api/v1/events"
        : `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
    const query = new URLSearchParams({ fieldSelector: `involvedObject.uid=${uid}`, limit: "200" });
    const answer = await this.#call("list events", () =>
      this.transport.json({ path: `${path}?${query.toString()}` }, signal),
    );
    return list(answer, "items") as KubeObject[];
  }

  /** Deletes that very object: one of the same name made since is left alone. @throws Trouble */
  async remove(place: ObjectPlace, uid: string, signal: Signal): Promise<void> {
    await this.#call(`delete ${words(place)}`, () =>
      this.transport.json(
        {
          method: "DELETE",
          path: resourcePath(place.kind, place.namespace, place.name),
          body: {
            kind: "DeleteOptions",
            apiVersion: "v1",
            preconditions: { uid },
            propagationPolicy: "Background",
          },
        },
        signal,
      ),
    );
  }

  /** Applies one object of a manifest, or tries to. @throws Trouble */
  apply(target: ManifestObject, options: ApplyOptions, signal: Signal): Promise<Applied> {
    return this.#call(`apply ${manifestWords(target)}`, () =>
      applyObject(this.transport, target, options, signal),
    );
  }

  /** Follows a log until the container ends or `signal` fires; goes on by itself after a cut. @throws Trouble */
  followLogs(place: LogPlace, tailLines: number, sink: LogSink, signal: Signal): Promise<void> {
    const what = `read the log of pod ${place.pod} in namespace ${place.namespace}`;
    // A closed context ends its logs as a closed terminal does.
    const either = AbortSignal.any([signal, this.#ended.signal]);
    return this.#call(what, () =>
      new LogFollower(this.transport, this.#clock, Math.random, place, sink).follow(tailLines, either),
    );
  }

  /** The local end of a forward into pods of this cluster. */
  forward(sink: ForwardSink): LocalForward {
    const open = (target: PodPort, signal: Signal) =>
      this.#call(`forward port ${target.port} of pod ${target.pod} in namespace ${target.namespace}`, () =>
        openTunnel(this.transport, this.#clock, target, AbortSignal.any([signal, this.#ended.signal])),
      );
    return new LocalForward(open, this.#clock, sink);
  }

  dispose(): void {
    this.#ended.abort();
    for (const reflector of this.#watches) reflector.dispose();
    this.#watches.clear();
    this.#own.dispose();
  }

  async #call<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw apiTrouble(error, { what, context: this.#context, server: this.transport.server });
    }
  }

  /** Any answer but a server error says that the cluster is there, also a refusal. */
  async #probe(signal: Signal): Promise<void> {
    try {
      const answer = await this.transport.open({ path: "/readyz", timeoutMs: 5_000 }, signal);
      answer.resume();
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status >= 500) throw error;
    }
  }
}

function words({ kind, namespace, name }: ObjectPlace): string {
  return `${kind.kind} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}

function stateDetail(state: WatchState): string {
  return state.state === "live" ? "" : ` · ${state.trouble.detail ?? state.trouble.text}`;
}
