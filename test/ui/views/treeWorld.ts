// The view Clusters on a scripted API server, with its own kubeconfig.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "../../../src/app/app.ts";
import { ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import type { Memory } from "../../../src/app/stores/forwards.ts";
import { Gpus } from "../../../src/app/stores/gpus.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { causeText, type Log } from "../../../src/base/log.ts";
import type { Guard } from "../../../src/core/kube/contextGuard.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import type { Row, Tree } from "../../../src/ui/view.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { FakeApiServer } from "../../io/kube/fakeApiServer.ts";
import { FakeUi } from "./fakeUi.ts";
import { treeText } from "./treeText.ts";

/** Objects of the scripted server are an hour old. */
export const NOW = Date.parse("2026-11-24T01:00:00Z");

export interface TreeWorldOptions {
  clock?: Clock;
  via?: (server: string) => Promise<string>;
}

export interface TreeWorld {
  server: FakeApiServer;
  app: App;
  tree: ClusterTree;
  ui: FakeUi;
  guard: Guard;
  /** Everything that was logged. */
  log: string[];
  /** The node with that label under the path of labels, opened on the way. */
  open(...labels: string[]): Promise<ClusterNode>;
  stop(): Promise<void>;
}

/**
 * @param clock of connections, store and tree; without it time goes on, and objects are an hour old.
 * @param via where the kubeconfig leads instead of to the server itself.
 */
export async function treeWorld({ clock, via }: TreeWorldOptions = {}): Promise<TreeWorld> {
  const server = new FakeApiServer();
  await server.start();
  const url = (await via?.(server.url)) ?? server.url;
  const time = clock ?? systemClock;
  const folder = await mkdtemp(join(tmpdir(), "slipway-tree-"));
  await writeFile(
    join(folder, "config"),
    `clusters: [{ name: one, cluster: { server: "${url}" } }]
users: [{ name: me, user: { token: secret-token } }]
contexts: [{ name: dev, context: { cluster: one, user: me, namespace: ml } }]
current-context: dev
`,
  );
  const log: string[] = [];
  const write = (text: string, cause?: unknown) =>
    void log.push(cause === undefined ? text : `${text}: ${causeText(cause)}`);
  const logger: Log = { debug: write, info: write, warn: write, error: write };
  const world = { guard: "none" as Guard };
  const isReadOnly = () => world.guard === "readOnly";
  const io = new KubeClusters(() => [join(folder, "config")], time, logger, { isReadOnly });
  const clusters = new Clusters(
    io,
    time,
    logger,
    () => [],
    () => world.guard,
  );
  const gpus = new Gpus(clusters, time, logger, () => true);
  const looks = new ClusterLooks(memory(), memory());
  const appClock = clock ?? { ...systemClock, now: () => NOW };
  const app = { clusters, looks, gpus, clock: appClock, log: logger } as App;
  const tree = new ClusterTree(app);
  return Object.assign(world, {
    server,
    app,
    tree,
    ui: new FakeUi(),
    log,
    async open(...labels: string[]) {
      let node: ClusterNode | undefined;
      for (const label of ["dev", ...labels]) {
        const above: ClusterNode | undefined = node;
        await untilTree(tree, async () => {
          const children = await tree.children(above);
          node = children.find((child) => tree.row(child).label === label);
          return node !== undefined;
        });
      }
      if (!node) throw new Error("no node");
      return node;
    },
    async stop() {
      tree.dispose();
      gpus.dispose();
      clusters.dispose();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  });
}

/** What would outlive the window. */
export function memory(): Memory {
  let kept: unknown;
  return {
    read: () => kept,
    write: (value) => void (kept = JSON.parse(JSON.stringify(value))),
  };
}

/** The tree after operators' kinds came too, which is later than the others, and shows in no row where there are none. */
export async function settledText(
  tree: Tree<ClusterNode>,
  clusters: Clusters,
  open?: (row: Row) => boolean,
): Promise<string> {
  await treeText(tree, open);
  const cluster = clusters.get("dev");
  if (!cluster) throw new Error("The context was not opened.");
  await cluster.discover().catch(() => {});
  await treeText(tree, open);
  const namespaces = cluster.rows("Namespace").map((row) => row.name);
  for (const kind of cluster.firstClass)
    await Promise.all(namespaces.map((namespace) => cluster.settled(kind, namespace)));
  return treeText(tree, open);
}

/** So long the slowest cluster of the tests may take for one thing. */
const PATIENCE_MS = 100_000;

/** Resolves at the first change of the tree after which `done` is true. @throws when that takes too long. */
export async function untilTree(
  tree: Pick<ClusterTree, "changed">,
  done: () => boolean | Promise<boolean>,
): Promise<void> {
  let looks = 0;
  const looking = async (): Promise<void> => {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const listener = tree.changed(() => {
          listener.dispose();
          resolve();
        });
      });
      looks += 1;
      if (await done()) return;
      await changed;
    }
  };
  const late = Promise.withResolvers<never>();
  const words = `looked ${PATIENCE_MS / 1000} s in vain for: ${String(done)}`;
  const timer = setTimeout(() => late.reject(new Error(`${looks} looks, and ${words}`)), PATIENCE_MS);
  await Promise.race([looking(), late.promise]).finally(() => clearTimeout(timer));
}
