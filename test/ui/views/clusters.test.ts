// The view Clusters from a kubeconfig to its rows, against a scripted API server.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { Gpus } from "../../../src/app/stores/gpus.ts";
import { systemClock } from "../../../src/base/clock.ts";
import type { Event } from "../../../src/base/event.ts";
import { silentLog } from "../../../src/base/log.ts";
import type { Guard } from "../../../src/core/kube/contextGuard.ts";
import { guardStatus } from "../../../src/ui/rows/kube/guardStatus.ts";
import type { App } from "../../../src/app/app.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import type { Row, Tree } from "../../../src/ui/view.ts";
import { FakeApiServer, fakePod, type SeenRequest, sendStatus } from "../../io/kube/fakeApiServer.ts";
import { treeText } from "./treeText.ts";
import { memory, settledText } from "./treeWorld.ts";

describe("the view Clusters", function () {
  // The first test waits for the Kubernetes client to load.
  this.timeout(20_000);
  let server: FakeApiServer;
  let folder: string;
  let store: Clusters;
  let tree: Tree<ClusterNode>;
  let extraNamespaces: string[];
  let gpus: Gpus;
  let guard: Guard;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
    folder = await mkdtemp(join(tmpdir(), "slipway-kube-"));
    extraNamespaces = [];
    await writeKubeconfig(server.url);
    const io = new KubeClusters(() => [join(folder, "config")], systemClock, silentLog);
    guard = "none";
    store = new Clusters(
      io,
      systemClock,
      silentLog,
      () => extraNamespaces,
      () => guard,
    );
    gpus = new Gpus(store, systemClock, silentLog, () => true);
    tree = new ClusterTree({
      clusters: store,
      looks: new ClusterLooks(memory(), memory()),
      gpus,
      clock: { ...systemClock, now: () => NOW },
    } as App) as Tree<ClusterNode>;
  });

  afterEach(async () => {
    tree.dispose();
    gpus.dispose();
    store.dispose();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function writeKubeconfig(url: string): Promise<void> {
    await writeFile(
      join(folder, "config"),
      `apiVersion: v1
kind: Config
clusters: [{ name: one, cluster: { server: "${url}" } }]
users: [{ name: me, user: { token: secret-token } }]
contexts: [{ name: dev, context: { cluster: one, user: me, namespace: ml } }]
current-context: dev
`,
    );
  }

  function seed(): void {
    server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    server.put({ kind: "Namespace", metadata: { name: "empty" }, status: { phase: "Active" } });
    server.put({
      kind: "Node",
      metadata: { name: "node-1", labels: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-40GB" } },
      status: { allocatable: { "nvidia.com/gpu": "4" }, conditions: [{ type: "Ready", status: "True" }] },
    });
    const deployment = server.put({
      kind: "Deployment",
      metadata: { name: "llm", namespace: "ml" },
      spec: { replicas: 1 },
      status: { readyReplicas: 1 },
    });
    const set = server.put({
      kind: "ReplicaSet",
      metadata: { name: "llm-1", namespace: "ml", ownerReferences: [owner(deployment)] },
      spec: { replicas: 1 },
      status: { readyReplicas: 1 },
    });
    server.put(
      fakePod("llm-1-abc", "ml", {
        metadata: { name: "llm-1-abc", namespace: "ml", ownerReferences: [owner(set)] },
        spec: {
          nodeName: "node-1",
          containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": "3" } } }],
        },
      }),
    );
    server.put(
      fakePod("train", "ml", {
        spec: { containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": 8 } } }] },
        status: {
          phase: "Pending",
          conditions: [
            {
              type: "PodScheduled",
              status: "False",
              reason: "Unschedulable",
              message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.",
            },
          ],
        },
      }),
    );
  }

  /** The tree as it stays while nothing happens: what GPUs do is in it too, which comes last. */
  async function allShown(): Promise<void> {
    await settledText(tree, store);
    const isKnown = () => gpus.get("dev")?.nodes.some(({ report }) => report.state === "failed") ?? false;
    while (!isKnown()) await nextChange(gpus);
    await treeText(tree);
  }

  it("shows contexts, namespaces, workloads, pods, and the pods that hold the GPUs of a node", async () => {
    seed();
    assert.equal(
      await settledText(tree, store),
      `dev | current
  Nodes | GPU 3/4
    node-1 | GPU 3/4 · NVIDIA-A100-SXM4-40GB
      ml/llm-1-abc | Running · 3 GPU · 60 min
  Resources
  empty
    Nothing runs in this namespace.
  ml
    llm | 1/1 ready · 3 GPU · 60 min
      llm-1-abc | Running · 3 GPU · 60 min
    train | Pending · 8 GPU · 60 min · 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.`,
    );
  });

  it("marks contexts that want care, in words too, and offers nothing that may not be done", async () => {
    seed();
    const rows = async () => {
      const [context] = await tree.children(undefined);
      assert.ok(context);
      const namespace = (await tree.children(context)).find(
        (node) => node.type === "namespace" && node.name === "ml",
      );
      const [deployment] = await tree.children(namespace);
      assert.ok(deployment);
      return { context: tree.row(context), deployment: tree.row(deployment) };
    };
    guard = "protected";
    const before = await rows();
    assert.equal(before.context.description, "current · protected");
    assert.equal(before.context.accessibleLabel, "Context dev, current · protected");
    assert.deepEqual(before.context.icon, { id: "shield", color: "charts.red" });
    assert.ok(before.deployment.words?.includes("deletable"));
    assert.deepEqual(guardStatus(store), {
      text: "$(shield) dev",
      tooltip: "Context dev is open: protected",
      isProtected: true,
    });

    const changed = new Promise((resolve) => tree.changed(resolve));
    guard = "readOnly";
    store.guardsChanged();
    await changed;
    const after = await rows();
    assert.equal(after.context.description, "current · read-only");
    assert.ok(!after.deployment.words?.includes("deletable"));
    assert.equal(guardStatus(store)?.text, "$(lock) dev");
    guard = "none";
    assert.equal(guardStatus(store), undefined);
  });

  it("finds the row of an object with all above it, in the rest of a long list too", async () => {
    seed();
    const above = async (kind: string, uid: string, name: string): Promise<string[]> => {
      const found = await tree.find?.({
        context: "dev",
        kind,
        uid,
        name,
        namespace: kind === "Node" ? undefined : "ml",
      });
      const labels: string[] = [];
      for (let node = found; node; node = tree.parent?.(node)) labels.unshift(tree.row(node).label);
      return labels;
    };
    assert.deepEqual(await above("Pod", "uid-Pod/ml/llm-1-abc", "llm-1-abc"), [
      "dev",
      "ml",
      "llm",
      "llm-1-abc",
    ]);
    assert.deepEqual(await above("Node", "uid-Node//node-1", "node-1"), ["dev", "Nodes", "node-1"]);
    assert.deepEqual(await above("Namespace", "uid-Namespace//ml", "ml"), ["dev", "ml"]);
    assert.deepEqual(await above("Pod", "no such uid", "gone"), []);
    for (let index = 0; index < 1_200; index++)
      server.put(fakePod(`worker-${String(index).padStart(4, "0")}`));
    await untilRows(store, 1_200);
    const path = await above("Pod", "uid-Pod/ml/worker-1150", "worker-1150");
    assert.deepEqual(path.slice(0, 2), ["dev", "ml"]);
    assert.match(path[2] ?? "", /more…$/);
    assert.equal(path.at(-1), "worker-1150");
  });

  it("contacts nothing until a context is opened", async () => {
    assert.equal(await treeText(tree, () => false), "dev | current");
    assert.deepEqual(server.requests, []);
  });

  it("changes the row of a pod, and only that one, when the pod changes", async () => {
    seed();
    await allShown();
    const fired = nextChange(tree);
    server.put(
      fakePod("train", "ml", {
        status: {
          phase: "Running",
          containerStatuses: [
            {
              name: "main",
              ready: false,
              restartCount: 5,
              state: { waiting: { reason: "CrashLoopBackOff" } },
              lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } },
            },
          ],
        },
      }),
    );
    const nodes = await fired;
    assert.deepEqual(
      nodes?.map((node) => rowText(tree.row(node))),
      ["train | CrashLoopBackOff (OOMKilled) · 5 restarts · 60 min"],
    );
  });

  it("fires the parent when a pod comes or goes", async () => {
    seed();
    await allShown();
    const fired = nextChange(tree);
    server.put(fakePod("notebook"));
    const nodes = await fired;
    assert.deepEqual(
      nodes?.map((node) => tree.row(node).label),
      ["ml"],
    );
    assert.match(await settledText(tree, store), /notebook \| Running/);
  });

  it("says that the cluster can't be reached, and shows it when it is there", async () => {
    await server.stop();
    const context = (await tree.children(undefined))[0];
    const [message] = await tree.children(context);
    assert.ok(message && context);
    assert.match(
      tree.row(message).label,
      /^Can't reach http:\/\/127\.0\.0\.1:\d+ \(connection refused\): check that/,
    );
    assert.equal(tree.row(context).description, "current · not reachable");
    seed();
    const fired = nextChange(tree);
    await server.start();
    await fired;
    assert.match(await settledText(tree, store), /llm-1-abc/);
  });

  it("keeps the rows when the server goes away and marks them stale, then heals", async () => {
    seed();
    const before = await settledText(tree, store);
    const context = (await tree.children(undefined))[0];
    assert.ok(context);
    await server.stop();
    const stale = await until(tree, () => tree.row(context).description?.includes("stale") === true);
    assert.ok(stale);
    assert.match(tree.row(context).description ?? "", /^current · stale \d+ s$/);
    assert.equal((await settledText(tree, store)).replaceAll(/ · stale \d+ s| \| stale \d+ s/g, ""), before);
    server.put(fakePod("notebook"));
    await server.start();
    await until(tree, () => tree.row(context).description === "current");
    assert.deepEqual((await settledText(tree, store)).match(/notebook/g), ["notebook"]);
  });

  it("shows the context's namespace and those of the setting where namespaces may not be listed", async () => {
    seed();
    extraNamespaces = ["empty"];
    server.fault = (request, answer) => {
      const clusterWide = !request.path.includes("/namespaces/");
      if (clusterWide) sendStatus(answer, 403, "Forbidden", "forbidden");
      return clusterWide;
    };
    assert.equal(
      await settledText(tree, store, (row) => !/^(llm|Resources)$/.test(row.label)),
      `dev | current
  Nodes
    Context dev may not list nodes: ask the cluster's administrator for that right.
  Resources
  You may not list namespaces here: these are the context's own and those of the setting slipway.kubernetes.namespaces.
  empty
    Nothing runs in this namespace.
  ml
    llm | 1/1 ready · 3 GPU · 60 min
    train | Pending · 8 GPU · 60 min · 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.`,
    );
    const isList = ({ path, query }: SeenRequest) => path === "/api/v1/namespaces" && !query.has("watch");
    const lists = server.requests.filter(isList).length;
    assert.equal(lists, 1, "a refusal is not asked for again");
  });

  it("starts a closed context again as one that is not open", async () => {
    seed();
    await settledText(tree, store);
    const before = (await tree.children(undefined))[0];
    store.close("dev");
    const after = (await tree.children(undefined))[0];
    assert.ok(before && after);
    assert.notEqual(tree.row(after).id, before.id);
    assert.deepEqual(tree.row(after).words, ["context", "closedContext"]);
  });
});

const NOW = Date.parse("2026-11-24T01:00:00Z");

function owner(object: { kind: string; metadata: { name: string; uid?: string } }): unknown {
  return { kind: object.kind, name: object.metadata.name, uid: object.metadata.uid, controller: true };
}

function rowText(row: Row): string {
  return `${row.label} | ${row.description ?? ""}`;
}

function nextChange<T>(from: { changed: Event<T> }): Promise<T> {
  return new Promise((resolve) => {
    const listener = from.changed((news) => {
      listener.dispose();
      resolve(news);
    });
  });
}

async function until<Node>(tree: Tree<Node>, done: () => boolean): Promise<boolean> {
  while (!done()) await nextChange(tree);
  return true;
}

/** Resolves when so many pods are known. */
async function untilRows(store: Clusters, count: number): Promise<void> {
  const known = () => (store.get("dev")?.rows("Pod").length ?? 0) >= count;
  if (known()) return;
  await new Promise<void>((resolve) => {
    const listener = store.changed(() => {
      if (!known()) return;
      listener.dispose();
      resolve();
    });
  });
}
