// What the tests in this folder share: one real cluster for all files, and the explorer on it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type Context } from "mocha";
import type { App } from "../../src/app/app.ts";
import type { Cluster as OpenCluster, KindName } from "../../src/app/stores/cluster/cluster.ts";
import { ClusterFindings } from "../../src/app/stores/clusterFindings.ts";
import { ClusterLooks } from "../../src/app/stores/clusterLooks.ts";
import { ServedCluster } from "../../src/app/stores/servedCluster.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Gpus } from "../../src/app/stores/gpus.ts";
import { systemClock } from "../../src/base/clock.ts";
import { causeText, type Log } from "../../src/base/log.ts";
import { ServedFiles } from "../../src/io/served/servedFiles.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { ManifestFiles } from "../../src/io/kube/manifestFiles.ts";
import { Processes } from "../../src/io/process/processes.ts";
import { checkCluster } from "../../src/core/rules/check.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import type { Tree } from "../../src/ui/view.ts";
import { ClusterTree } from "../../src/ui/rows/kube/clusterTree.ts";
import { requireEngine } from "../support/availability.ts";
import { boxImage } from "../support/images.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { FakeUi } from "../ui/views/fakeUi.ts";
import { memory } from "../ui/views/treeWorld.ts";

export interface World {
  app: App;
  store: Clusters;
  tree: Tree<ClusterNode>;
  ui: FakeUi;
  /** Schemas of clusters. */
  served: ServedFiles;
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
  const ui = new FakeUi();
  const clusterFindings = new ClusterFindings();
  const judge: App["judge"] = async (_, cluster) =>
    checkCluster({ path: "m.yaml", text: ui.active?.text ?? "", settings: { levels: {} }, rules }, cluster);
  const servedFolder = mkdtempSync(join(tmpdir(), "slipway-served-"));
  const served = new ServedFiles(servedFolder);
  const servedCluster = new ServedCluster();
  const schemaKeep = async () => served;
  const looks = new ClusterLooks(memory(), memory());
  const manifestFiles = new ManifestFiles(new Processes(logger));
  const own = { looks, clusterFindings, judge, servedCluster, schemaKeep, manifestFiles };
  const app = { clusters: store, gpus, clock: systemClock, log: logger, ...own } as unknown as App;
  const tree = new ClusterTree(app);
  return {
    app,
    store,
    tree,
    ui,
    served,
    log,
    dispose() {
      tree.dispose();
      rmSync(servedFolder, { recursive: true, force: true });
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

/** A Deployment of the box image that runs a line of shell. */
export function shellDeployment(name: string, namespace: string, script: string, replicas = 1): object {
  const { spec } = shellPod(name, namespace, script) as { spec: object };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec },
    },
  };
}

/** The row of an object, as a command gets it that was chosen there. */
export async function nodeOf(
  cluster: Cluster,
  kind: KindName,
  name: string,
  namespace?: string,
): Promise<ClusterNode> {
  const place = namespace === undefined ? [] : [`-n=${namespace}`];
  const uid = await cluster.kubectl(...place, "get", kind, name, "-o=jsonpath={.metadata.uid}");
  const id = `${cluster.context}/${uid}`;
  return { type: "object", id, parent: undefined, context: cluster.context, kind, uid, name, namespace };
}
