// What the tests in this folder share: one real cluster for all files, and the explorer on it.
import { after, type Context } from "mocha";
import type { App } from "../../src/app/app.ts";
import type { Cluster as OpenCluster, KindName } from "../../src/app/stores/cluster/cluster.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Gpus } from "../../src/app/stores/gpus.ts";
import { systemClock } from "../../src/base/clock.ts";
import { causeText, type Log } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import type { Tree } from "../../src/ui/view.ts";
import { ClusterTree } from "../../src/ui/rows/kube/clusterTree.ts";
import { requireEngine } from "../support/availability.ts";
import { boxImage } from "../support/images.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { FakeUi } from "../ui/views/fakeUi.ts";

export interface World {
  app: App;
  store: Clusters;
  tree: Tree<ClusterNode>;
  ui: FakeUi;
  /** Everything that was logged. */
  log: string[];
  dispose(): void;
}

let shared: Promise<Cluster> | undefined;

after(async function () {
  this.timeout(60_000);
  await (await shared)?.stop();
});

/** The cluster that all files share; skips the suite with the reason when there can be none. */
export async function sharedCluster(test: Context): Promise<Cluster> {
  const availability = await requireEngine("cluster");
  if (!availability.available) test.skip();
  shared ??= startCluster({ demo: true });
  return shared;
}

export function worldOn(kubeconfig: string, extraNamespaces: string[] = []): World {
  const log: string[] = [];
  const write = (text: string, cause?: unknown) =>
    void log.push(cause === undefined ? text : `${text}: ${causeText(cause)}`);
  const logger: Log = { debug: write, info: write, warn: write, error: write };
  const io = new KubeClusters(() => [kubeconfig], systemClock, logger);
  const store = new Clusters(io, systemClock, logger, () => extraNamespaces);
  const gpus = new Gpus(store, systemClock, logger, () => true);
  const app = { clusters: store, gpus, clock: systemClock, log: logger } as App;
  const tree = new ClusterTree(app);
  return {
    app,
    store,
    tree,
    ui: new FakeUi(),
    log,
    dispose() {
      tree.dispose();
      gpus.dispose();
      store.dispose();
    },
  };
}

/** Opens the only context and reads kinds of a namespace until the world is disposed. */
export async function openedWith(
  world: World,
  context: string,
  kinds: readonly KindName[],
  namespace?: string,
): Promise<OpenCluster> {
  const cluster = await world.store.open(context);
  for (const kind of kinds) cluster.read(kind, namespace);
  await Promise.all(kinds.map((kind) => cluster.settled(kind, namespace)));
  return cluster;
}

/** Resolves at the first change after which `done` is true; the test's own time limit ends it. */
export async function until(store: Clusters, done: () => boolean): Promise<void> {
  if (done()) return;
  await new Promise<void>((resolve) => {
    const listener = store.changed(() => {
      if (!done()) return;
      listener.dispose();
      resolve();
    });
  });
}

/** A pod of the box image that runs a line of shell. */
export function shellPod(name: string, namespace: string, script: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: "main", image: boxImage, imagePullPolicy: "Never", command: ["sh", "-c", script] },
      ],
    },
  };
}

/** A pod that no scheduler takes: it exists, and nothing else happens to it. */
export function restingPod(name: string, namespace: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: { schedulerName: "nobody", containers: [{ name: "main", image: boxImage }] },
  };
}
