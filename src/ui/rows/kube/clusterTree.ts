// The tree of clusters: contexts, namespaces, workloads and pods; nodes and who holds their GPUs.
import type { App } from "../../../app/app.ts";
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import { plainLook } from "../../../app/stores/clusterLooks.ts";
import type { ClusterChange } from "../../../app/stores/clusters.ts";
import type { GpuLook } from "../../../app/stores/gpus.ts";
import { type Disposable, Disposables } from "../../../base/disposables.ts";
import { Emitter } from "../../../base/event.ts";
import { Trouble } from "../../../base/trouble.ts";
import { type LocalCluster, localClustersOf } from "../../../core/kube/localCluster.ts";
import type { Row, Tree } from "../../view.ts";
import { accessNamespace } from "./access.ts";
import type { ObjectTarget } from "./choose.ts";
import { ClusterNodes } from "./clusterNodes.ts";
import { namespaceKinds } from "./namespaceNodes.ts";
import { Expansion } from "./expansion.ts";
import { placeOfObject } from "./findNode.ts";
import type { ClusterNode, ContextNode } from "./node.ts";
import { nodeRow } from "./nodeRow.ts";
import { PacedLook, type Wish } from "./pacedLook.ts";
import { forgetGone, idsOf, kindsUnder, touchedIds, usageIds } from "./treeIds.ts";
import { TreeReadings } from "./treeReadings.ts";

const STALE_TICK_MS = 1_000;
const AGE_TICK_MS = 30_000;
/** Rows that a window is told of at once: it asks for each of them anew, some 20 ms for so many. */
const MOST_DRAWN = 500;
/** Where a kind may not be listed for all namespaces, no more of them than this are looked through one by one. */
const MOST_SEARCHED = 20;

type RowsChange = Extract<ClusterChange, { what: "rows" }>;

export class ClusterTree implements Tree<ClusterNode> {
  readonly #app: App;
  readonly #own = new Disposables();
  readonly #changed = this.#own.add(new Emitter<ClusterNode[] | undefined>());
  readonly changed = this.#changed.event;
  readonly #nodes: ClusterNodes;
  readonly #expansion: Expansion;
  /** Ids of the children last given, by the parent's id: only what is shown is looked at again. */
  readonly #shown = new Map<string, string>();
  /** Rows as last given, to tell what really changed. */
  readonly #faces = new Map<string, string>();
  readonly #readings = this.#own.add(new TreeReadings((node) => this.#isClosed(node)));
  /** For rows of contexts, which need not be open. */
  readonly #localReadings = this.#own.add(new TreeReadings(() => false));
  /** Ids of the nodes that the person closed again. */
  readonly #collapsed = new Set<string>();
  /** How often a context was closed: a closed one is shown as a new, collapsed node. */
  readonly #generations = new Map<string, number>();
  readonly #looking: PacedLook;
  #tick: Disposable | undefined;
  #visible = true;
  #current: string | undefined;
  /** Contexts that are clusters of this machine. */
  #local: ReadonlyMap<string, LocalCluster> = new Map();
  #hearsLocal = false;

  constructor(app: App) {
    this.#app = app;
    this.#looking = this.#own.add(new PacedLook(app.clock, (wish) => this.#look(wish)));
    this.#expansion = new Expansion(app.looks);
    this.#nodes = new ClusterNodes(
      (cluster) => app.clusters.fallbackNamespaces(cluster),
      (context) => app.looks.of(context),
    );
    this.#own.add(app.clusters.changed((changes) => this.#onChanges(changes)));
    this.#own.add(app.looks.changed((context) => this.#onLook(context)));
    this.#own.add(app.gpus.changed((look) => this.#onUsage(look)));
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.#readings.adapt(visible);
    this.#localReadings.adapt(visible);
    if (visible) {
      void this.#app.clusters.refreshIfChanged();
      this.#looking.again();
    } else this.#tick?.dispose();
    if (!visible) this.#tick = undefined;
  }

  setExpanded(node: ClusterNode, expanded: boolean): void {
    if (expanded) this.#collapsed.delete(node.id);
    else this.#collapsed.add(node.id);
    this.#expansion.set(node, expanded);
    // How the view has it is no news to the view.
    if (!expanded && this.#faces.has(node.id)) this.#faces.set(node.id, JSON.stringify(this.#render(node)));
    // What they had is as old as their closing.
    const opened = this.#readings.adapt(this.#visible);
    if (opened.length > 0) this.#changed.fire(opened);
  }

  async children(node: ClusterNode | undefined): Promise<ClusterNode[]> {
    if (!this.#tick) this.#schedule();
    if (node === undefined) return this.#roots();
    const children = await this.#childrenOf(node);
    this.#shown.set(node.id, idsOf(children));
    return children;
  }

  row(node: ClusterNode): Row {
    this.#readGpus(node);
    this.#readAccess(node);
    this.#readLocal(node);
    const row = this.#render(node);
    this.#faces.set(node.id, JSON.stringify(row));
    return row;
  }

  parent(node: ClusterNode): ClusterNode | undefined {
    const cluster = node.context === undefined ? undefined : this.#app.clusters.get(node.context);
    const holder = cluster && node.parent && this.#nodes.holder(node, node.parent, cluster);
    return holder ?? node.parent;
  }

  /** The row of an object, with the rows above it. */
  async find(target: unknown): Promise<ClusterNode | undefined> {
    const wanted = target as ObjectTarget;
    const { context, kind, namespace, uid } = wanted;
    const roots = await this.#roots();
    const root = roots.find((one) => one.type === "context" && one.context === context);
    if (!root) return undefined;
    await this.children(root);
    const cluster = this.#app.clusters.get(context);
    const first = cluster && (await placeOfObject(root, cluster, wanted, (node) => this.children(node)));
    if (!cluster || !first || kind === "Namespace") return first;
    await this.children(first);
    if (cluster.firstClass.includes(kind)) {
      await this.#readOperators(cluster, namespace);
      await cluster.settled(kind, namespace);
    }
    const node = this.#nodes.objectUnder(first, cluster, kind, uid);
    return node && this.#isThere(node, cluster) ? node : undefined;
  }

  /** A filter or another grouping may leave it out. */
  #isThere(node: ClusterNode, cluster: Cluster): boolean {
    for (let one = node; one.parent && one.type !== "context"; one = one.parent)
      if (!this.#nodes.holder(one, one.parent, cluster)) return false;
    return true;
  }

  dispose(): void {
    this.#tick?.dispose();
    this.#own.dispose();
  }

  async #roots(): Promise<ClusterNode[]> {
    const view = await this.#app.clusters.contexts();
    this.#current = view.current;
    this.#local = localClustersOf(view.contexts);
    const words = this.#nodes.ignored((await this.#app.ignoredSettings?.()) ?? []);
    // Without a file the empty view's own text says what to do.
    if (view.isMissing) return words;
    const problems = [...(view.trouble === undefined ? [] : [view.trouble]), ...view.problems];
    return [
      ...words,
      ...problems.map((text) => this.#nodes.message(undefined, undefined, text, "warning")),
      ...view.contexts.map(({ name }) =>
        this.#nodes.known<ContextNode>({
          id: this.#contextId(name),
          type: "context",
          parent: undefined,
          context: name,
        }),
      ),
    ];
  }

  #contextId(context: string): string {
    const generation = this.#generations.get(context) ?? 0;
    return `context/${context}${generation === 0 ? "" : `#${generation}`}`;
  }

  async #childrenOf(node: ClusterNode): Promise<ClusterNode[]> {
    if (node.type === "message") return [];
    if (node.type !== "context" && !this.#app.clusters.get(node.context)) return [];
    try {
      const cluster = await this.#app.clusters.open(node.context);
      if (node.type === "resources") await cluster.discover();
      const kinds = kindsUnder(node);
      const namespace =
        node.type === "namespace" ? node.name : node.type === "kindNamespace" ? node.namespace : undefined;
      const isList = node.type === "kind" || node.type === "kindNamespace";
      for (const kind of kinds) this.#read(cluster, kind, namespace, isList ? node : undefined);
      if (node.type === "namespace") void this.#readOperators(cluster, node.name);
      if (node.type === "context" && this.#nodes.filters.of(node.context)) await this.#search(cluster);
      await Promise.all(kinds.map((kind) => cluster.settled(kind, namespace)));
      return this.#nodes.children(node, cluster);
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      return [this.#nodes.message(node, node.context, error.text, "error")];
    }
  }

  #read(cluster: Cluster, kind: KindName, namespace: string | undefined, node?: ClusterNode): void {
    const open = () => cluster.read(kind, namespace);
    this.#readings.begin(cluster.entry.name, [kind, namespace], open, node);
  }

  /** Reads what a filter looks through: which namespaces have something is known only then. */
  async #search(cluster: Cluster): Promise<void> {
    if (this.#nodes.filters.asksWhose(cluster.entry.name)) await cluster.identify();
    const read = async (namespace: string | undefined) => {
      for (const kind of namespaceKinds) this.#read(cluster, kind, namespace);
      await Promise.all(namespaceKinds.map((kind) => cluster.settled(kind, namespace)));
    };
    await read(undefined);
    const isDenied = namespaceKinds.some((kind) => cluster.condition(kind).state === "blocked");
    const single = isDenied ? this.#nodes.shownNamespaces(cluster).slice(0, MOST_SEARCHED) : [];
    await Promise.all(single.map(read));
    for (const namespace of isDenied ? single : [undefined]) void this.#readOperators(cluster, namespace);
  }

  /** What operators run in a namespace comes when it comes: an operator that hangs holds up nothing else. */
  async #readOperators(cluster: Cluster, namespace: string | undefined): Promise<void> {
    if (cluster.isServedUnknown) return;
    const wasKnown = cluster.served !== undefined;
    try {
      await cluster.discover();
    } catch (error) {
      // Without an answer there are only the kinds of every cluster; Resources says why.
      if (!Trouble.is(error)) throw error;
    }
    if (this.#own.disposed || this.#app.clusters.get(cluster.entry.name) !== cluster) return;
    for (const kind of cluster.firstClass) this.#read(cluster, kind, namespace);
    if (!wasKnown) this.#looking.again();
  }

  /** It or something above it was closed by the person. */
  #isClosed(node: ClusterNode): boolean {
    for (let one: ClusterNode | undefined = node; one; one = one.parent)
      if (this.#collapsed.has(one.id)) return true;
    return false;
  }

  /** Usage is sampled while the row of something with GPUs is there. */
  #readGpus(node: ClusterNode): void {
    if (node.type !== "object" || (node.kind !== "Pod" && node.kind !== "Node")) return;
    const row = this.#app.clusters.get(node.context)?.row(node.kind, node.uid);
    const devices = row?.kind === "Pod" ? row.accelerators : row?.kind === "Node" ? row.allocatable : {};
    if (!Object.keys(devices).some((name) => name.startsWith("nvidia.com/"))) return;
    const open = () => this.#app.gpus.read(node.context, { runsInPods: false });
    this.#readings.add(node.context, ["GPU usage"], open);
  }

  /** What may be done is asked where rows are shown; they do not wait for it. */
  #readAccess(node: ClusterNode): void {
    const cluster =
      node.type === "object" && this.#visible ? this.#app.clusters.get(node.context) : undefined;
    if (cluster && node.type === "object") cluster.access.read(accessNamespace(cluster, node.namespace));
  }

  /** The engine and its tool are asked about a cluster of this machine while its row is there. */
  #readLocal(node: ClusterNode): void {
    const local = node.type === "context" ? this.#local.get(node.context) : undefined;
    if (!local || node.type !== "context") return;
    const { localClusters } = this.#app;
    if (!this.#hearsLocal) {
      this.#hearsLocal = true;
      this.#own.add(localClusters.changed(() => this.#looking.again(undefined, false)));
    }
    this.#localReadings.add(node.context, [local.tool, local.name], () => localClusters.read(local));
  }

  /** Figures are news for the rows that show some. */
  #onUsage({ place: context, nodes }: GpuLook): void {
    const gpus = this.#app.gpus.get(context);
    if (!gpus || !this.#visible || nodes.size === 0) return;
    const ids = usageIds(context, nodes, gpus.cluster.rows("Node"), this.#nodes.grouping(gpus.cluster));
    const shown = new Set(ids.filter((id) => this.#faces.has(id)));
    if (shown.size > 0) this.#looking.again(shown, false);
  }

  #render(node: ClusterNode): Row {
    const cluster =
      "context" in node && node.context !== undefined ? this.#app.clusters.get(node.context) : undefined;
    const local = node.type === "context" ? this.#local.get(node.context) : undefined;
    return nodeRow(node, {
      cluster,
      grouping: cluster ? this.#nodes.grouping(cluster) : undefined,
      gpus: cluster && this.#app.gpus.get(cluster.entry.name),
      nowMs: this.#app.clock.now(),
      guard: node.context === undefined ? "none" : this.#app.clusters.guard(node.context),
      isCurrent: node.type === "context" && node.context === this.#current,
      isRestored: this.#expansion.isRestored(node),
      look: node.context === undefined ? plainLook : this.#app.looks.of(node.context),
      laid: (namespace) => cluster && this.#nodes.laid(cluster, namespace),
      left: (rows) => (cluster ? this.#nodes.filters.rows(cluster, rows) : rows),
      ...(local ? { local: { cluster: local, facts: this.#app.localClusters.facts(local) } } : {}),
    });
  }

  /** All that stands under a context is another thing to see. */
  #onLook(context: string): void {
    const node = this.#nodes.get(this.#contextId(context));
    if (node) this.#changed.fire([node]);
  }

  #onChanges(changes: readonly ClusterChange[]): void {
    if (changes.some((change) => change.what === "contexts")) {
      this.#forgetClosed();
      this.#changed.fire(undefined);
      return;
    }
    if (changes.some((change) => change.what === "guards")) this.#looking.again();
    const touched = new Set<string>();
    const ofRows = changes.filter((change) => change.what === "rows");
    for (const [context, some] of Map.groupBy(ofRows, (change) => change.context))
      this.#onRows(context, some, touched);
    const isNews = changes.some((change) => change.what === "condition");
    this.#looking.again(isNews ? undefined : touched);
  }

  /** Rows of a context have changed: adds the nodes that show something of it to `touched`. */
  #onRows(context: string, changes: readonly RowsChange[], touched: Set<string>): void {
    const cluster = this.#app.clusters.get(context);
    if (!cluster) return;
    const { groupBy: by } = this.#app.looks.of(context);
    const rows = changes.flatMap((change) => change.changes);
    const before = this.#nodes.grouping(cluster);
    for (const change of rows) touchedIds(touched, context, change.before, before, by);
    const grouped = changes.filter(({ kind }) => this.#nodes.isGrouped(cluster, kind));
    const others = this.#nodes.regroup(
      cluster,
      grouped.flatMap((change) => change.changes),
    );
    const after = this.#nodes.grouping(cluster);
    for (const change of rows) touchedIds(touched, context, change.after, after, by);
    // How many namespaces there are stands there.
    if (changes.some(({ kind }) => kind === "Namespace")) touched.add(this.#contextId(context));
    forgetGone(context, rows, this.#shown, this.#faces, this.#nodes);
    for (const { name, uid } of cluster.rows("Node"))
      if (!others || others.has(name)) touched.add(`${context}/${uid}`);
  }

  /**
   * Fires what is shown and no longer looks as it did; with `touched` only those rows are looked at, and
   * what stands under rows only when that may be other.
   */
  *#look({ touched, withChildren }: Wish): Generator<void> {
    if (!this.#visible) return;
    const fired = new Set<ClusterNode>();
    const rests: string[] = [];
    // A window may ask for others between two slices.
    for (const id of withChildren ? Array.from(this.#shown.keys()) : []) {
      yield;
      const ids = this.#shown.get(id);
      const node = this.#nodes.get(id);
      const context = node?.context;
      const cluster = context === undefined ? undefined : this.#app.clusters.get(context);
      if (!node || !cluster || ids === undefined) continue;
      if ((node.type === "kind" || node.type === "kindNamespace") && this.#isClosed(node)) continue;
      const children = this.#nodes.children(node, cluster);
      if (idsOf(children) !== ids) fired.add(node);
      const last = children.at(-1);
      if (last?.type === "more") rests.push(last.id);
    }
    const parents = fired.size;
    for (const id of touched ? [...touched, ...rests] : Array.from(this.#faces.keys())) {
      yield;
      const node = this.#nodes.get(id);
      const face = this.#faces.get(id);
      if (node && face !== undefined && JSON.stringify(this.#render(node)) !== face) fired.add(node);
    }
    const known = Array.from(fired).filter((node) => this.#nodes.get(node.id) === node);
    if (known.length > 0) this.#changed.fire(known.slice(0, MOST_DRAWN));
    // A window draws all that it is told of in one turn.
    const later = known.slice(MOST_DRAWN).map(({ id }) => id);
    if (later.length > 0) this.#looking.again(new Set(later), parents > MOST_DRAWN);
    // What changes all the time must not put off the ages of the rest.
    if (!touched) this.#schedule();
  }

  /** Ages go on by themselves: of stale rows each second, of objects twice a minute. */
  #schedule(): void {
    if (!this.#visible || this.#own.disposed) return;
    const stale = this.#app.clusters.opened.some((cluster) => cluster.worst().state === "stale");
    this.#tick?.dispose();
    this.#tick = this.#app.clock.after(stale ? STALE_TICK_MS : AGE_TICK_MS, () => this.#looking.again());
  }

  /** A context that was closed is shown as a new, collapsed node. */
  #forgetClosed(): void {
    for (const context of this.#readings.contexts) {
      if (this.#app.clusters.get(context)) continue;
      for (const { id } of this.#nodes.forget(context)) {
        this.#shown.delete(id);
        this.#faces.delete(id);
        this.#collapsed.delete(id);
      }
      this.#readings.forget(context);
      this.#expansion.forget(context);
      this.#generations.set(context, (this.#generations.get(context) ?? 0) + 1);
    }
  }
}
