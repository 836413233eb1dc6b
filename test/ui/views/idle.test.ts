// What is sent while nobody looks: nothing before a view is visible, and nothing a while after the last was hidden.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { App } from "../../../src/app/app.ts";
import { ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { Gpus } from "../../../src/app/stores/gpus.ts";
import { silentLog } from "../../../src/base/log.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import { FakeApiServer, fakePod } from "../../io/kube/fakeApiServer.ts";
import { type SkippingClock, skippingClock } from "../../skippingClock.ts";
import { memory, settledText } from "./treeWorld.ts";

const MINUTE_MS = 60_000;

describe("the view Clusters while nobody looks", function () {
  this.timeout(60_000);
  let server: FakeApiServer;
  /** Counts what reaches the network at all. */
  let counter: { server: Server; connections: Set<Socket>; total: number };
  let folder: string;
  let clock: SkippingClock;
  let app: App;
  let tree: ClusterTree;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
    server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    server.put({
      kind: "Node",
      metadata: { name: "node-1" },
      status: { allocatable: { "nvidia.com/gpu": "4" }, conditions: [{ type: "Ready", status: "True" }] },
    });
    server.put(
      fakePod("train", "ml", {
        spec: {
          nodeName: "node-1",
          containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": 1 } } }],
        },
      }),
    );
    const connections = new Set<Socket>();
    const passing = createServer((socket) => {
      counter.total++;
      connections.add(socket);
      const upstream = connect(Number(new URL(server.url).port), "127.0.0.1");
      socket.pipe(upstream).pipe(socket);
      for (const one of [socket, upstream]) one.on("error", () => socket.destroy());
      socket.once("close", () => {
        connections.delete(socket);
        upstream.destroy();
      });
    });
    counter = { server: passing, connections, total: 0 };
    await new Promise<void>((resolve) => passing.listen(0, "127.0.0.1", resolve));
    folder = await mkdtemp(join(tmpdir(), "slipway-idle-"));
    const { port } = passing.address() as { port: number };
    await writeFile(
      join(folder, "config"),
      `clusters: [{ name: one, cluster: { server: "http://127.0.0.1:${port}" } }]
users: [{ name: me, user: {} }]
contexts: [{ name: dev, context: { cluster: one, user: me, namespace: ml } }]
current-context: dev
`,
    );
    clock = skippingClock();
    const clusters = new Clusters(
      new KubeClusters(() => [join(folder, "config")], clock, silentLog),
      clock,
      silentLog,
    );
    const gpus = new Gpus(clusters, clock, silentLog, () => true);
    const looks = new ClusterLooks(memory(), memory());
    app = { clusters, gpus, clock, log: silentLog, looks } as unknown as App;
    tree = new ClusterTree(app);
  });
  afterEach(async () => {
    tree.dispose();
    app.gpus.dispose();
    app.clusters.dispose();
    for (const socket of counter.connections) socket.destroy();
    await new Promise((resolve) => counter.server.close(resolve));
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it("sends nothing before the view is seen, nor when its contexts are", async () => {
    await clock.skip(10 * MINUTE_MS);
    const [context] = await tree.children(undefined);
    assert.ok(context);
    assert.match(tree.row(context).label, /dev/);
    await clock.skip(10 * MINUTE_MS);
    assert.deepEqual([counter.total, server.requests.length], [0, 0]);
  });

  it("ends its watches a while after it is hidden, sends nothing more, and looks again when it is shown", async () => {
    assert.match(await settledText(tree, app.clusters), /train/);
    assert.ok(server.watcherCount >= 3);
    tree.setVisible(false);
    // Looking away and back costs nothing.
    const before = server.watcherCount;
    await clock.skip(30_000);
    assert.ok(server.watcherCount >= before);
    await clock.skip(2 * MINUTE_MS);
    // The server hears of the end of the last ones a moment later.
    while (server.watcherCount > 0) await new Promise(setImmediate);
    const sent = server.requests.length;
    const made = counter.total;
    await clock.skip(60 * MINUTE_MS);
    assert.deepEqual(
      server.requests.slice(sent).map(({ path }) => path),
      [],
      "an hour in which nothing is sent",
    );
    assert.equal(counter.total, made);
    server.put(fakePod("new", "ml"));
    tree.setVisible(true);
    assert.match(await settledText(tree, app.clusters), /new \|/);
    while (server.watcherCount < 3) await new Promise(setImmediate);
  });
});
