// The tree of clusters: contexts, namespaces, workloads and pods; nodes and who holds their GPUs.
import type { App } from "../../../app/app.ts";
import type { Cluster, KindName } from "../../../app/stores/cluster/cluster.ts";
import type { ClusterChange } from "../../../app/stores/clusters.ts";
import { type Disposable, Disposables } from "../../../base/disposables.ts";
import { Emitter } from "../../../base/event.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { Grouping } from "../../../core/kube/grouping.ts";
import type { ObjectRow } from "../../../core/kube/row.ts";
import type { Row, Tree } from "../../view.ts";
import { ClusterNodes, namespaceKinds } from "./clusterNodes.ts";
import type { ClusterNode, ContextNode } from "./node.ts";
import { nodeRow } from "./nodeRow.ts";

const STALE_TICK_MS = 1_000;
const AGE_TICK_MS = 30_000;

/** A reading of the store that rests while the view is hidden. */
interface Reading {
  context: string;
  open(): Disposable;
  reading: Disposable | undefined;
}

export class ClusterTree implements Tree<ClusterNode> {
  readonly #app: App;
  readonly #own = new Disposables();
  readonly #changed = this.#own.add(new Emitter<ClusterNode[] | undefined>());
  readonly changed = this.#changed.event;
  readonly #nodes: ClusterNodes;
  /** Ids of the children last given, by the parent's id: only what is shown is looked at again. */
  readonly #shown = new Map<string, string>();
  /** Rows as last given, to tell what really changed. */
  readonly #faces = new Map<string, string>();
  readonly #readings = new Map<string, Reading>();
  /** How often a context was closed: a closed one is shown as a new, collapsed node. */
  readonly #generations = new Map<string, number>();
  #tick: Disposable | undefined;
  #visible = true;
  #current: string | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#nodes = new ClusterNodes((cluster) => app.clusters.fallbackNamespaces(cluster));
    this.#own.add(app.clusters.changed((changes) => this.#onChanges(changes)));
    this.#own.add(app.gpus.changed((context) => this.#onUsage(context)));
  }

  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    for (const entry of this.#readings.values()) {
      if (visible) entry.reading ??= entry.open();
      else {
        entry.reading?.dispose();
        entry.reading = undefined;
      }
    }
    if (visible) {
      void this.#app.clusters.refreshIfChanged();
      this.#lookAgain();
    } else this.#tick?.dispose();
    if (!visible) this.#tick = undefined;
  }

  async children(node: ClusterNode | undefined): Promise<ClusterNode[]> {
    this.#schedule();
    if (node === undefined) return this.#roots();
    const children = await this.#childrenOf(node);
    this.#shown.set(node.id, idsOf(children));
    return children;
  }

  row(node: ClusterNode): Row {
    this.#readGpus(node);
    const row = this.#render(node);
    this.#faces.set(node.id, JSON.stringify(row));
    return row;
  }

  dispose(): void {
    this.#tick?.dispose();
    for (const { reading } of this.#readings.values()) reading?.dispose();
    this.#own.dispose();
  }

  async #roots(): Promise<ClusterNode[]> {
    const view = await this.#app.clusters.contexts();
    this.#current = view.current;
    // Without a file the empty view's own text says what to do.
    if (view.isMissing) return [];
    const problems = [...(view.trouble === undefined ? [] : [view.trouble]), ...view.problems];
    return [
      ...problems.map((text) => this.#nodes.message(undefined, undefined, text, "warning")),
      ...view.contexts.map(({ name }) => {
        const generation = this.#generations.get(name) ?? 0;
        const id = `context/${name}${generation === 0 ? "" : `#${generation}`}`;
        return this.#nodes.known<ContextNode>({ id, type: "context", parent: undefined, context: name });
      }),
    ];
  }

  async #childrenOf(node: ClusterNode): Promise<ClusterNode[]> {
    if (node.type === "more") return this.#nodes.cut(node, node.rest);
    if (node.type === "message") return [];
    if (node.type !== "context" && !this.#app.clusters.get(node.context)) return [];
    try {
      const cluster = await this.#app.clusters.open(node.context);
      const kinds = kindsUnder(node);
      const namespace = node.type === "namespace" ? node.name : undefined;
      for (const kind of kinds) this.#read(cluster, kind, namespace);
      await Promise.all(kinds.map((kind) => cluster.settled(kind, namespace)));
      return this.#nodes.children(node, cluster);
    } catch (error) {
      if (!Trouble.is(error)) throw error;
      return [this.#nodes.message(node, node.context, error.text, "error")];
    }
  }

  #read(cluster: Cluster, kind: KindName, namespace: string | undefined): void {
    const key = JSON.stringify([cluster.entry.name, kind, namespace]);
    if (this.#readings.has(key)) return;
    const open = () => cluster.read(kind, namespace);
    this.#readings.set(key, { context: cluster.entry.name, open, reading: open() });
  }

  /** Usage is sampled while the row of something with GPUs is there. */
  #readGpus(node: ClusterNode): void {
    if (node.type !== "object" || (node.kind !== "Pod" && node.kind !== "Node")) return;
    const row = this.#app.clusters.get(node.context)?.row(node.kind, node.uid);
    const devices = row?.kind === "Pod" ? row.accelerators : row?.kind === "Node" ? row.allocatable : {};
    if (!Object.keys(devices).some((name) => name.startsWith("nvidia.com/"))) return;
    const key = JSON.stringify([node.context, "GPU usage"]);
    if (this.#readings.has(key)) return;
    const open = () => this.#app.gpus.read(node.context, { runsInPods: false });
    this.#readings.set(key, { context: node.context, open, reading: this.#visible ? open() : undefined });
  }

  /** Figures are news for the rows that show some. */
  #onUsage(context: string): void {
    const gpus = this.#app.gpus.get(context);
    if (!gpus || !this.#visible) return;
    const ids = new Set<string>();
    for (const { uid } of gpus.cluster.rows("Node")) ids.add(`${context}/${uid}`);
    for (const { uid, accelerators } of gpus.cluster.rows("Pod"))
      if (Object.keys(accelerators).length > 0) ids.add(`${context}/${uid}`).add(`${context}/${uid}/held`);
    const shown = new Set(Array.from(ids).filter((id) => this.#faces.has(id)));
    if (shown.size > 0) this.#lookAgain(shown, false);
  }

  #render(node: ClusterNode): Row {
    const cluster =
      "context" in node && node.context !== undefined ? this.#app.clusters.get(node.context) : undefined;
    return nodeRow(node, {
      cluster,
      grouping: cluster ? this.#nodes.grouping(cluster) : undefined,
      gpus: cluster && this.#app.gpus.get(cluster.entry.name),
      nowMs: this.#app.clock.now(),
      isCurrent: node.type === "context" && node.context === this.#current,
    });
  }

  #onChanges(changes: readonly ClusterChange[]): void {
    if (changes.some((change) => change.what === "contexts")) {
      this.#forgetClosed();
      this.#changed.fire(undefined);
      return;
    }
    const touched = new Set<string>();
    for (const change of changes) {
      if (change.what !== "rows") continue;
      const before = this.#nodes.groupingBefore(change.context);
      this.#nodes.forgetGrouping(change.context);
      const cluster = this.#app.clusters.get(change.context);
      const after = cluster && this.#nodes.grouping(cluster);
      for (const { before: was, after: is } of change.changes) {
        touchedIds(touched, change.context, was, before);
        touchedIds(touched, change.context, is, after);
      }
      for (const row of cluster?.rows("Node") ?? []) touched.add(`${change.context}/${row.uid}`);
    }
    const isNews = changes.some((change) => change.what === "condition");
    this.#lookAgain(isNews ? undefined : touched);
  }

  /**
   * Fires what is shown and no longer looks as it did; with `touched` only those rows are looked at, and
   * what stands under rows only when that may be other.
   */
  #lookAgain(touched?: ReadonlySet<string>, withChildren = true): void {
    if (!this.#visible) return;
    const fired = new Set<ClusterNode>();
    for (const [id, ids] of withChildren ? this.#shown : []) {
      const node = this.#nodes.get(id);
      const context = node?.context;
      const cluster = context === undefined ? undefined : this.#app.clusters.get(context);
      if (!node || !cluster || node.type === "more") continue;
      if (idsOf(this.#nodes.children(node, cluster)) !== ids) fired.add(node);
    }
    for (const id of touched ?? this.#faces.keys()) {
      const node = this.#nodes.get(id);
      const face = this.#faces.get(id);
      if (node && face !== undefined && JSON.stringify(this.#render(node)) !== face) fired.add(node);
    }
    if (fired.size > 0) this.#changed.fire(Array.from(fired));
    // Usage comes each second, and must not put off the ages.
    if (withChildren) this.#schedule();
  }

  /** Ages go on by themselves: of stale rows each second, of objects twice a minute. */
  #schedule(): void {
    if (!this.#visible || this.#own.disposed) return;
    const stale = this.#app.clusters.opened.some((cluster) => cluster.worst().state === "stale");
    this.#tick?.dispose();
    this.#tick = this.#app.clock.after(stale ? STALE_TICK_MS : AGE_TICK_MS, () => this.#lookAgain());
  }

  /** A context that was closed is shown as a new, collapsed node. */
  #forgetClosed(): void {
    const contexts = new Set(Array.from(this.#readings.values(), (entry) => entry.context));
    for (const context of contexts) {
      if (this.#app.clusters.get(context)) continue;
      for (const { id } of this.#nodes.forget(context)) {
        this.#shown.delete(id);
        this.#faces.delete(id);
      }
      for (const [key, entry] of Array.from(this.#readings)) {
        if (entry.context !== context) continue;
        entry.reading?.dispose();
        this.#readings.delete(key);
      }
      this.#generations.set(context, (this.#generations.get(context) ?? 0) + 1);
    }
  }
}

function kindsUnder(node: ClusterNode): readonly KindName[] {
  switch (node.type) {
    case "context":
      return ["Namespace"];
    case "nodes":
      return ["Node", "Pod"];
    case "namespace":
      return namespaceKinds;
    case "object":
    case "more":
    case "message":
      return [];
  }
}

/** Ids of the rows that a change of `row` may change: itself, its workload, its namespace, the nodes' heading. */
function touchedIds(
  ids: Set<string>,
  context: string,
  row: ObjectRow | undefined,
  grouping: Grouping | undefined,
): void {
  if (!row) return;
  ids.add(`${context}/${row.uid}`).add(`${context}/${row.uid}/held`).add(`${context}/nodes`);
  const parent = grouping?.parentOf(row);
  if (parent !== undefined) ids.add(`${context}/${parent}`);
  ids.add(`${context}/namespace/${row.kind === "Namespace" ? row.name : (row.namespace ?? "")}`);
}

function idsOf(nodes: readonly ClusterNode[]): string {
  return nodes.map((node) => node.id).join("\n");
}
