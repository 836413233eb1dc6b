// Kubernetes as far as it is known: the kubeconfig's contexts, and what the open ones hold.
import type { Clock } from "../../base/clock.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import { Emitter, type Event } from "../../base/event.ts";
import { causeText, type Log } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import type { Guard } from "../../core/kube/contextGuard.ts";
import type { RowChange } from "../../core/kube/knownRows.ts";
import { Cluster, type KindName } from "./cluster/cluster.ts";
import type { ClusterPort, KubeconfigView } from "./cluster/port.ts";

export type ClusterChange =
  /** The list of contexts, or which are open. */
  | { what: "contexts" }
  /** How much care contexts want. */
  | { what: "guards" }
  /** How sure the rows of a context are. */
  | { what: "condition"; context: string }
  | { what: "rows"; context: string; kind: KindName; changes: RowChange[] };

/** Between two `changed` of the same kind of news; the first after a quiet time comes almost at once. */
const INTERVAL_MS = 150;
const SOON_MS = 10;

export class Clusters implements Disposable {
  readonly #port: ClusterPort;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #extraNamespaces: () => readonly string[];
  readonly #guards: (context: string) => Guard;
  readonly #changed: Emitter<ClusterChange[]>;
  readonly #open = new Map<string, Cluster>();
  readonly #opening = new Map<string, Promise<Cluster>>();
  readonly #own = new Disposables();
  #view: Promise<KubeconfigView> | undefined;
  #timer: Disposable | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;

  /**
   * @param extraNamespaces shown in clusters where namespaces may not be listed; from the settings.
   * @param guards how much care a context wants; from the settings.
   */
  constructor(
    port: ClusterPort,
    clock: Clock,
    log: Log,
    extraNamespaces: () => readonly string[] = () => [],
    guards: (context: string) => Guard = () => "none",
  ) {
    this.#port = port;
    this.#clock = clock;
    this.#log = log;
    this.#extraNamespaces = extraNamespaces;
    this.#guards = guards;
    this.#changed = this.#own.add(
      new Emitter((error) => log.error("A listener of the cluster store failed", error)),
    );
  }

  /** Rows, conditions and contexts that changed, at most every 150 ms. */
  get changed(): Event<ClusterChange[]> {
    return this.#changed.event;
  }

  /** The kubeconfig's contexts; read at the first call, and again after `refresh` or when its files change. */
  contexts(): Promise<KubeconfigView> {
    if (!this.#view) {
      this.#view = this.#port.load();
      void this.#port
        .watchFiles(() => void this.refreshIfChanged())
        .then((watch) => this.#own.add(watch))
        .catch((error: unknown) => this.#log.warn(`The kubeconfig can't be watched: ${causeText(error)}`));
    }
    return this.#view;
  }

  /** How much care a context wants. */
  guard(context: string): Guard {
    return this.#guards(context);
  }

  /** The settings that `guard` reads are others now. */
  guardsChanged(): void {
    this.#changed.fire([{ what: "guards" }]);
  }

  /** Contexts that are open now. */
  get opened(): Cluster[] {
    return Array.from(this.#open.values());
  }

  /** The context if it is open. */
  get(context: string): Cluster | undefined {
    return this.#open.get(context);
  }

  /** Opens a context, or gives the open one. @throws Trouble when the kubeconfig does not have all of it. */
  async open(context: string): Promise<Cluster> {
    const known = this.#open.get(context);
    if (known) return known;
    let opening = this.#opening.get(context);
    if (!opening) {
      opening = this.#connect(context).finally(() => this.#opening.delete(context));
      this.#opening.set(context, opening);
    }
    return opening;
  }

  /** Ends all connections to a context. */
  close(context: string): void {
    const cluster = this.#open.get(context);
    if (!cluster) return;
    this.#open.delete(context);
    cluster.dispose();
    this.#log.info(`context ${context} · closed`);
    this.#changed.fire([{ what: "contexts" }]);
  }

  /** Reads the kubeconfig again and asks again where a cluster refused. */
  refresh(): Promise<void> {
    return this.#reload(false);
  }

  async #reload(isByItself: boolean): Promise<void> {
    this.#view = this.#port.load(isByItself);
    const view = await this.#view;
    for (const [name, cluster] of Array.from(this.#open)) {
      const entry = view.contexts.find((one) => one.name === name);
      // What is open stays open as long as its context still means the same; work in it is not torn away.
      if (entry && cluster.renew(entry)) cluster.retry();
      else this.close(name);
    }
    this.#changed.fire([{ what: "contexts" }]);
  }

  /** The same, where the kubeconfig has been read at all. */
  async refreshIfRead(): Promise<void> {
    if (this.#view) await this.refresh();
  }

  /** Reads the kubeconfig again when a file changed since; cheap enough for each time the view is shown. */
  async refreshIfChanged(): Promise<void> {
    if (this.#view && (await this.#port.hasChanged())) await this.#reload(true);
  }

  /** Namespaces to offer where the cluster does not list them. */
  fallbackNamespaces(cluster: Cluster): string[] {
    return Array.from(new Set([cluster.entry.namespace ?? "default", ...this.#extraNamespaces()]));
  }

  dispose(): void {
    for (const cluster of this.#open.values()) cluster.dispose();
    this.#open.clear();
    this.#timer?.dispose();
    this.#own.dispose();
  }

  async #connect(context: string): Promise<Cluster> {
    const { contexts } = await this.contexts();
    const entry = contexts.find((one) => one.name === context);
    if (!entry) {
      throw new Trouble(
        "not-found",
        `Context ${context} is not in the kubeconfig any more: refresh the view.`,
      );
    }
    const connection = await this.#port.connect(context);
    if (this.#own.disposed) connection.dispose();
    const cluster = new Cluster(entry, connection, this.#clock, (urgent) => this.#schedule(urgent));
    this.#open.set(context, cluster);
    return cluster;
  }

  /** @param urgent a first list or its failure, for which a person waits. */
  #schedule(urgent: boolean): void {
    if (this.#own.disposed || (this.#timer && !urgent)) return;
    this.#timer?.dispose();
    const wait = urgent ? 0 : Math.max(SOON_MS, this.#lastMs + INTERVAL_MS - this.#clock.elapsed());
    this.#timer = this.#clock.after(wait, () => this.#flush());
  }

  #flush(): void {
    this.#timer = undefined;
    this.#lastMs = this.#clock.elapsed();
    const news: ClusterChange[] = [];
    for (const [context, cluster] of this.#open) {
      const { rows, conditionChanged } = cluster.collect();
      if (conditionChanged) news.push({ what: "condition", context });
      for (const { kind, changes } of rows) news.push({ what: "rows", context, kind, changes });
    }
    if (news.length > 0) this.#changed.fire(news);
  }
}
