// GPU usage on the shared cluster: starts sampling and waits for what a node says.
import type { NodeUsage } from "../../src/app/stores/gpu/clusterGpus.ts";
import { Gpus } from "../../src/app/stores/gpus.ts";
import { figuresText } from "../../src/core/gpu/usageText.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { type World, worldOn } from "./world.ts";

export class GpuWorld {
  readonly #cluster: Cluster;
  #world: World | undefined;
  #gpus: Gpus | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get gpus(): Gpus {
    if (!this.#gpus) throw new Error("not started");
    return this.#gpus;
  }

  get log(): readonly string[] {
    return this.#world?.log ?? [];
  }

  async start(kubeconfig = this.#cluster.kubeconfigPath, runsInPods = true): Promise<void> {
    const world = worldOn(kubeconfig, ["ml"]);
    this.#world = world;
    const { clock, log } = world.app;
    this.#gpus = new Gpus(world.store, clock, log, () => true);
    await world.store.open(this.#cluster.context);
    this.#gpus.read(this.#cluster.context, { runsInPods });
  }

  /** The node's usage as soon as it is like that; the test's own time limit ends it. */
  settled(like: (usage: NodeUsage) => boolean): Promise<NodeUsage> {
    return new Promise((resolve) => {
      const listener = this.gpus.changed(({ place }) => {
        const usage = this.gpus.get(place)?.nodes.find(({ node }) => node === nodeName);
        if (!usage || !like(usage)) return;
        listener.dispose();
        resolve(usage);
      });
    });
  }

  dispose(): void {
    this.#gpus?.dispose();
    this.#world?.dispose();
  }
}

/** Rows as a person reads them, with the names of workloads instead of those of their pods. */
export function shown({ rows }: NodeUsage): string[] {
  return rows.map(
    ({ kind, label, pods, figures }) =>
      `${kind} ${label} [${pods?.map(({ pod }) => pod.replace(/(-[a-z0-9]{8,10})?-[a-z0-9]{5}$/, "")).join(" ") ?? "?"}] ${figuresText(figures)}`,
  );
}
