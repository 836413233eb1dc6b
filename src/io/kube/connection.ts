// One open cluster: watches, calls and logs over one pool of connections.
import type { Clock } from "../../base/clock.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import type { Log } from "../../base/log.ts";
import type { Signal } from "../../base/signal.ts";
import type { Review } from "../../core/kube/access.ts";
import { readOnlyTrouble } from "../../core/kube/contextGuard.ts";
import { type Kind, resourcePath } from "../../core/kube/kind.ts";
import { type KubeObject, list, text } from "../../core/kube/object.ts";
import type { Discovery } from "../../core/kube/served.ts";
import type { WatchEvent } from "../../core/kube/knownRows.ts";
import { type ManifestObject, manifestWords } from "../../core/kube/manifestObject.ts";
import { ApiFailure, apiTrouble } from "./apiFailure.ts";
import { type Applied, Applier, type ApplyOptions } from "./apply.ts";
import type { PodCopier } from "./copy/podCopier.ts";
import { discover } from "./discovery.ts";
import { Credentials } from "./credentials.ts";
import { type Execution, type ExecPlace, type ExecSink, execute } from "./exec.ts";
import { type ForwardSink, LocalForward } from "./forward/localForward.ts";
import { openTunnel } from "./forward/openTunnel.ts";
import type { PodPort } from "./forward/tunnel.ts";
import type { Target } from "./kubeconfig.ts";
import { LogFollower, type LogPlace, type LogSink, type LogStart } from "./logs.ts";
import type { Environment } from "./environmentProxy.ts";
import { type ObjectPlace, placeWords } from "./objectPlace.ts";
import { openApiPaths } from "./openApiPaths.ts";
import { proxied, type ProxyTarget, proxyWords } from "./proxied.ts";
import { proxyOf } from "./proxy.ts";
import { Reachability } from "./reachability.ts";
import { Reflector, type WatchState } from "./reflector.ts";
import { Transport, whoAmIPath } from "./transport.ts";
import { Trier } from "./trier.ts";
import { watchLog } from "./watchLog.ts";
import { createObject, type Eviction, evictPod, type Patch, patchObject, replaceObject } from "./writes.ts";

export interface WatchSink {
  onEvents(events: WatchEvent[]): void;
  onState(state: WatchState): void;
}

/** Objects that `list` gives when nothing else is asked, and how many come at once: a page is parsed in one go. */
const MOST_LISTED = 5_000;
const PAGE = 250;
/** A server that can't leave the rest out refuses: what is in a Secret is never asked for. */
const ONLY_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const OPENAPI_TIMEOUT_MS = 30_000;
const OPENAPI_LIMIT_BYTES = 32 * 1024 * 1024;

export interface ConnectionOptions {
  /** Nothing may be changed in this context, as things are. */
  isReadOnly?: () => boolean;
  /** So long without a byte a watch is dead; the usual time where it is not given. */
  silenceMs?: () => number;
  /** The proxies that it names count; VS Code has its own way with them. */
  environment?: Environment;
}

export class Connection implements Disposable {
  readonly transport: Transport;
  readonly #context: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #own = new Disposables();
  readonly #silenceMs: (() => number) | undefined;
  readonly #reachability: Reachability;
  readonly #ended = new AbortController();
  readonly #watches = new Set<Reflector>();

  /** @throws Trouble for a proxy that is none. */
  constructor(target: Target, clock: Clock, log: Log, options: ConnectionOptions = {}) {
    const { isReadOnly = () => false } = options;
    this.#silenceMs = options.silenceMs;
    this.#context = target.context;
    this.#clock = clock;
    this.#log = log;
    this.transport = this.#own.add(
      new Transport(
        target.cluster.server,
        new Credentials(target, log),
        clock,
        () => (isReadOnly() ? readOnlyTrouble(target.context) : undefined),
        proxyOf(target, options.environment),
      ),
    );
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
    const log = watchLog(name, this.#log);
    const reflector = new Reflector({
      transport: this.transport,
      reachability: this.#reachability,
      kind,
      namespace,
      ...(query ? { query } : {}),
      context: this.#context,
      clock: this.#clock,
      random: Math.random,
      ...(this.#silenceMs ? { silenceMs: this.#silenceMs } : {}),
      onEvents: (events) => sink.onEvents(events),
      onBug: log.bug,
      onState: (state) => {
        log.state(state);
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

  /** Which kinds the cluster serves. @throws Trouble */
  discover(signal: Signal): Promise<Discovery> {
    return this.#call("ask which kinds there are", () =>
      discover(this.transport, AbortSignal.any([signal, this.#ended.signal])),
    );
  }

  /** The object as it is now. @throws Trouble */
  get(place: ObjectPlace, signal: Signal): Promise<KubeObject> {
    return this.#call(`read ${placeWords(place)}`, () =>
      this.transport.json({ path: resourcePath(place.kind, place.namespace, place.name) }, signal),
    );
  }

  /**
   * Objects under a list's path that match a selector of labels or of fields, at most so many.
   * @throws Trouble
   */
  list(
    path: string,
    selector: string | { fieldSelector: string },
    signal: Signal,
    most: number = MOST_LISTED,
  ): Promise<KubeObject[]> {
    return this.#list(path, selector, (object) => object, signal, most);
  }

  /** The same, of which only what `project` makes of each object is kept, page by page. @throws Trouble */
  listed<Kept>(
    path: string,
    project: (object: KubeObject) => Kept,
    signal: Signal,
    most: number,
  ): Promise<Kept[]> {
    return this.#list(path, "", project, signal, most);
  }

  async #list<Kept>(
    path: string,
    selector: string | { fieldSelector: string },
    project: (object: KubeObject) => Kept,
    signal: Signal,
    most: number,
  ): Promise<Kept[]> {
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const place = namespace === undefined ? "all namespaces" : `namespace ${namespace}`;
    const what = `list ${path.slice(path.lastIndexOf("/") + 1)} in ${place}`;
    const found: Kept[] = [];
    let rest: string | undefined = "";
    while (rest !== undefined && found.length < most) {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (typeof selector !== "string") query.set("fieldSelector", selector.fieldSelector);
      else if (selector !== "") query.set("labelSelector", selector);
      if (rest !== "") query.set("continue", rest);
      const request = { path: `${path}?${query.toString()}` };
      const answer: KubeObject = await this.#call(what, () => this.transport.json(request, signal));
      for (const one of list(answer, "items")) found.push(project(one as KubeObject));
      rest = text(answer, "metadata", "continue");
    }
    return found;
  }

  /** What a program in the cluster answers to a GET, through the API server. @throws Trouble */
  proxied(target: ProxyTarget, signal: Signal): Promise<string> {
    return this.#call(proxyWords(target), () => proxied(this.transport, target, signal));
  }

  /** Runs a command in a container; it ends with `signal` or with this connection. @throws Trouble */
  execute(place: ExecPlace, sink: ExecSink, signal: Signal): Promise<Execution> {
    const either = AbortSignal.any([signal, this.#ended.signal]);
    return this.#call(`run a command in pod ${place.pod} in namespace ${place.namespace}`, () =>
      execute(this.transport, this.#clock, place, sink, either),
    );
  }

  /** Copies files to and from containers. */
  async copier(): Promise<PodCopier> {
    const { PodCopier } = await import("./copy/podCopier.ts");
    return new PodCopier((place, sink, signal) => this.execute(place, sink, signal));
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

  /** A question that the server answers about whoever asks: what may be done. @throws Trouble */
  review({ path, body }: Review, signal: Signal): Promise<KubeObject> {
    const request = { method: "POST", path, body } as const;
    return this.#call("ask what it may do", () => this.transport.json(request, signal));
  }

  /** Deletes that very object: one of the same name made since is left alone. @throws Trouble */
  async remove(place: ObjectPlace, uid: string, signal: Signal): Promise<void> {
    await this.#call(`delete ${placeWords(place)}`, () =>
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

  /** Changes part of an object. @param verb for the sentence when it fails, as `scale`. @throws Trouble */
  patch(verb: string, place: ObjectPlace, patch: Patch, signal: Signal): Promise<KubeObject> {
    return this.#call(`${verb} ${placeWords(place)}`, () =>
      patchObject(this.transport, place, patch, signal),
    );
  }

  /** Puts an object in place of the version that it names, or lets the server try that. @throws Trouble */
  replace(
    place: ObjectPlace,
    wish: { object: KubeObject; dryRun: boolean },
    signal: Signal,
  ): Promise<KubeObject> {
    return this.#call(`replace ${placeWords(place)}`, () =>
      replaceObject(this.transport, place, wish, signal),
    );
  }

  /** Makes an object. @throws Trouble */
  create(place: ObjectPlace, object: KubeObject, signal: Signal): Promise<KubeObject> {
    const { kind, namespace } = place;
    return this.#call(`create ${placeWords(place)}`, () =>
      createObject(this.transport, kind, namespace, object, signal),
    );
  }

  /** Asks that very pod to leave its node. @throws Trouble */
  evict(pod: { namespace: string; name: string; uid: string }, signal: Signal): Promise<Eviction> {
    return this.#call(`evict pod ${pod.name} in namespace ${pod.namespace}`, () =>
      evictPod(this.transport, pod, signal),
    );
  }

  /** For the objects of one manifest. */
  applier(): Pick<Applier, "apply" | "find" | "remove"> {
    const applier = new Applier(this.transport);
    return {
      /** Applies one of them, or tries to. @throws Trouble */
      apply: (target: ManifestObject, options: ApplyOptions, signal: Signal): Promise<Applied> =>
        this.#call(`apply ${manifestWords(target)}`, () => applier.apply(target, options, signal)),
      find: (target, namespace, signal) =>
        this.#call(`read ${manifestWords(target)}`, () => applier.find(target, namespace, signal)),
      remove: (found, signal) =>
        this.#call(`delete ${manifestWords(found.target)}`, () => applier.remove(found, signal)),
    };
  }

  /** For the objects of one manifest, to be tried only. */
  trier(): Pick<Trier, "try"> {
    const trier = new Trier(this.transport);
    return {
      try: (target, namespace, signal) =>
        this.#call(`try ${target.kind}`, () => trier.try(target, namespace, signal)),
    };
  }

  /** The names of the objects under a list's path: nothing else of them is sent. @throws Trouble */
  async names(path: string, signal: Signal): Promise<string[]> {
    const found: string[] = [];
    let rest: string | undefined = "";
    while (rest !== undefined && found.length < MOST_LISTED) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(rest === "" ? {} : { continue: rest }) });
      const request = { path: `${path}?${query.toString()}`, accept: ONLY_METADATA };
      const answer: KubeObject = await this.#call(`list ${path.slice(path.lastIndexOf("/") + 1)}`, () =>
        this.transport.json(request, signal),
      );
      for (const one of list(answer, "items")) found.push(text(one, "metadata", "name") ?? "");
      rest = text(answer, "metadata", "continue");
    }
    return found;
  }

  /** The version of the server, as `v1.34.4`. @throws Trouble */
  async version(signal: Signal): Promise<string | undefined> {
    const answer = await this.#call("read its version", () =>
      this.transport.json({ path: "/version" }, signal),
    );
    return text(answer, "gitVersion");
  }

  /** The name that the server knows the person by. @throws Trouble also where it can't tell, before 1.28. */
  async userName(signal: Signal): Promise<string | undefined> {
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const answer = await this.#call("ask who you are to it", () =>
      this.transport.json({ method: "POST", path: whoAmIPath, body }, signal),
    );
    return text(answer, "status", "userInfo", "username");
  }

  /** Where the server describes each of its API versions, with the hash of what is there. @throws Trouble */
  async openApi(signal: Signal): Promise<ReadonlyMap<string, string>> {
    const answer = await this.#call("read its schemas", () =>
      this.transport.json({ path: "/openapi/v3" }, signal),
    );
    return openApiPaths(answer);
  }

  /** @throws Trouble */
  openApiText(path: string, signal: Signal): Promise<string> {
    return this.#call("read its schemas", () =>
      this.transport.text({ path, timeoutMs: OPENAPI_TIMEOUT_MS }, OPENAPI_LIMIT_BYTES, signal),
    );
  }

  /** Follows a log until the container ends or `signal` fires; goes on by itself after a cut. @throws Trouble */
  followLogs(place: LogPlace, start: LogStart, sink: LogSink, signal: Signal): Promise<void> {
    const what = `read the log of pod ${place.pod} in namespace ${place.namespace}`;
    // A closed context ends its logs as a closed terminal does.
    const either = AbortSignal.any([signal, this.#ended.signal]);
    return this.#call(what, () =>
      new LogFollower(this.transport, this.#clock, Math.random, place, sink).follow(start, either),
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

  /** Fires when this connection ends. */
  get ended(): Signal {
    return this.#ended.signal;
  }

  /** The kubeconfig was written anew: its credentials count for what is asked from now on. */
  useCredentials(target: Target): void {
    this.transport.replace(target);
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
