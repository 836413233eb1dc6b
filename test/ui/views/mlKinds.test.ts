// What ML operators run in a namespace of the view Clusters, with pods beneath, against a scripted API server.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { describeObject } from "../../../src/ui/commands/describeObject.ts";
import { startObject } from "../../../src/ui/commands/startObject.ts";
import { stopObject } from "../../../src/ui/commands/stopObject.ts";
import type { FakeObject } from "../../io/kube/fakeApiServer.ts";
import { fakePod, sendStatus } from "../../io/kube/fakeApiServer.ts";
import type { Row } from "../../../src/ui/view.ts";
import { treeText } from "./treeText.ts";
import { settledText, type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

const owner = ({ kind, metadata }: FakeObject) => ({
  ownerReferences: [{ kind, name: metadata.name, uid: metadata.uid, controller: true }],
});

describe("what ML operators run", function () {
  // The first test waits for the Kubernetes client to load.
  this.timeout(20_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    world.server.kinds.push(
      { kind: "PyTorchJob", group: "kubeflow.org", version: "v1", plural: "pytorchjobs" },
      { kind: "Notebook", group: "kubeflow.org", version: "v1", plural: "notebooks" },
      { kind: "RayJob", group: "ray.io", version: "v1", plural: "rayjobs" },
      { kind: "RayCluster", group: "ray.io", version: "v1", plural: "rayclusters" },
      { kind: "Workload", group: "kueue.x-k8s.io", version: "v1beta2", plural: "workloads" },
    );
    world.server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
  });
  afterEach(() => world.stop());

  const isOpen = (row: Row) => !/^(Nodes|Resources)$/.test(row.label);
  const shown = () => settledText(world.tree, world.app.clusters, isOpen);
  const shownNow = () => treeText(world.tree, isOpen);
  const path = (plural: string, group = "kubeflow.org") => `/apis/${group}/v1/${plural}`;

  function pyTorchJob(status: object, suspend?: boolean): FakeObject {
    return world.server.put({
      kind: "PyTorchJob",
      apiVersion: "kubeflow.org/v1",
      metadata: { name: "train", namespace: "ml" },
      spec: {
        pytorchReplicaSpecs: { Worker: { replicas: 2 } },
        ...(suspend === undefined ? {} : { runPolicy: { suspend } }),
      },
      status,
    });
  }

  const running = {
    conditions: [{ type: "Running", status: "True" }],
    replicaStatuses: { Worker: { active: 2 } },
  };

  it("stands in its namespace with its pods, its place in a queue, and what it made", async () => {
    const { server } = world;
    const job = pyTorchJob(running);
    const gpus = { containers: [{ name: "pytorch", resources: { limits: { "nvidia.com/gpu": "4" } } }] };
    for (const name of ["train-worker-0", "train-worker-1"]) {
      const labels = { "training.kubeflow.org/job-name": "train" };
      server.put(
        fakePod(name, "ml", { metadata: { name, namespace: "ml", labels, ...owner(job) }, spec: gpus }),
      );
    }
    server.put({
      kind: "Service",
      metadata: { name: "train-worker-0", namespace: "ml", ...owner(job) },
      spec: { clusterIP: "None", ports: [{ port: 23456 }] },
    });
    server.put({
      kind: "Workload",
      metadata: { name: "pytorchjob-train-1a2b", namespace: "ml", ...owner(job) },
      spec: { queueName: "team", active: true },
      status: {
        admission: { clusterQueue: "research" },
        conditions: [
          { type: "QuotaReserved", status: "True" },
          { type: "Admitted", status: "True" },
        ],
      },
    });
    const rayJob = server.put({
      kind: "RayJob",
      metadata: { name: "tune", namespace: "ml" },
      spec: {},
      status: { jobStatus: "RUNNING", rayClusterName: "tune-x" },
    });
    const cluster = server.put({
      kind: "RayCluster",
      metadata: { name: "tune-x", namespace: "ml", ...owner(rayJob) },
      spec: {},
      status: { state: "ready", desiredWorkerReplicas: 1, readyWorkerReplicas: 1 },
    });
    const head = { name: "tune-x-head", namespace: "ml", labels: { "ray.io/cluster": "tune-x" } };
    server.put(fakePod("tune-x-head", "ml", { metadata: { ...head, ...owner(cluster) } }));
    assert.equal(
      await shown(),
      `dev | current
  Nodes
  Resources
  ml
    train | Running · Worker 2/2 running · 8 GPU · 60 min
      train-worker-0 | Running · 4 GPU · 60 min
      train-worker-1 | Running · 4 GPU · 60 min
      train-worker-0 | ClusterIP · port 23456
      pytorchjob-train-1a2b | Admitted · Queue research · 60 min
    tune | RUNNING · 60 min
      tune-x | ready · Workers 1/1 ready · 60 min
        tune-x-head | Running · 60 min`,
    );
    assert.equal(server.requests.filter((one) => one.path === "/apis").length, 1);
  });

  it("follows a job from its queue to its end", async () => {
    pyTorchJob({ conditions: [{ type: "Suspended", status: "True" }] }, true);
    assert.match(await shown(), /train \| Suspended · Worker 0\/2 running · 60 min\n {6}No pods\./);
    const node = await world.open("ml", "train");
    const message = "PyTorchJob train is failed because 1 Worker replica(s) failed.";
    pyTorchJob({
      conditions: [{ type: "Failed", status: "True", message }],
      replicaStatuses: { Worker: { succeeded: 1, failed: 1 } },
    });
    await untilTree(world.tree, () => world.tree.row(node).icon?.color === "list.errorForeground");
    assert.equal(
      world.tree.row(node).description,
      `Failed · Worker 1/2 done, 1 failed · 60 min · ${message}`,
    );
  });

  it("is suspended and resumed after a question, by a change of that field alone", async () => {
    pyTorchJob(running);
    const node = await world.open("ml", "train");
    assert.ok(world.tree.row(node).words?.includes("stoppable"));
    await stopObject.run(world.app, world.ui, node);
    assert.deepEqual(world.ui.confirmed.at(-1), {
      text: "Suspend PyTorchJob train?",
      detail:
        "Context: dev\nNamespace: ml\nKind: PyTorchJob\nName: train\n\nIts pods are ended; it can be resumed.",
      action: "Suspend",
    });
    const patches = () => world.server.requests.filter(({ method }) => method === "PATCH");
    assert.equal(patches()[0]?.headers["content-type"], "application/merge-patch+json");
    assert.deepEqual(JSON.parse(patches()[0]?.body ?? ""), {
      spec: { runPolicy: { suspend: true } },
      metadata: { uid: "uid-PyTorchJob/ml/train" },
    });
    await untilTree(world.tree, () => world.tree.row(node).words?.includes("startable") === true);
    await startObject.run(world.app, world.ui, node);
    await untilTree(world.tree, () => world.tree.row(node).words?.includes("stoppable") === true);
    world.ui.sure = false;
    await stopObject.run(world.app, world.ui, node);
    assert.equal(patches().length, 2, "nothing is changed without a yes");
  });

  it("is not touched where a context is only read, and named where it is protected", async () => {
    pyTorchJob(running);
    const node = await world.open("ml", "train");
    world.guard = "readOnly";
    assert.deepEqual(world.tree.row(node).words, ["object", "resource"]);
    await assert.rejects(async () => stopObject.run(world.app, world.ui, node), /only read here/);
    world.guard = "protected";
    world.ui.typed = "wrong";
    await stopObject.run(world.app, world.ui, node);
    assert.deepEqual(world.ui.refused, ["Type train, or press Escape to leave it."]);
    assert.deepEqual(
      world.server.requests.filter(({ method }) => method === "PATCH"),
      [],
    );
  });

  it("can't be suspended where its kind has nothing for it, and says so", async () => {
    world.server.put(fakePod("web"));
    const node = await world.open("ml", "web");
    await assert.rejects(
      async () => stopObject.run(world.app, world.ui, node),
      /^Trouble: A Pod can't be stopped for a while: delete it, or change its manifest\.$/,
    );
  });

  it("is described with its state and its conditions", async () => {
    pyTorchJob(running);
    await describeObject.run(world.app, world.ui, await world.open("ml", "train"));
    const text = world.ui.documents.at(-1)?.text ?? "";
    assert.match(text, /^Kind: +PyTorchJob$[^]*^Status: +Running$[^]*^Worker: +2\/2 running$/m);
    assert.match(text, /^Conditions:\n +TYPE +STATUS[^]*Running +True/m);
  });

  it("does not hold up the pods while its list hangs", async () => {
    world.server.put(fakePod("web"));
    world.server.fault = (request) => request.path === path("notebooks");
    const started = performance.now();
    assert.match(await shownNow(), / {2}ml\n {4}web \| Running/);
    assert.ok(performance.now() - started < 5_000);
  });

  it("is looked for where nothing else runs, and is nothing where the cluster does not say what it serves", async () => {
    world.server.fault = (request) => request.path === path("notebooks");
    await untilTree(world.tree, async () =>
      / {2}ml\n {4}Looking for what operators run/.test(await shownNow()),
    );
    await world.stop();
    world = await treeWorld();
    world.server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    world.server.fault = (request, answer) => {
      if (!request.path.startsWith("/apis")) return false;
      if (/^\/apis\/?$/.test(request.path)) sendStatus(answer, 403, "Forbidden", "forbidden");
      return /^\/apis\/?$/.test(request.path);
    };
    await untilTree(world.tree, async () => / {2}ml\n {4}Nothing runs in this/.test(await shownNow()));
    const asked = () => world.server.requests.filter((one) => one.path === "/apis").length;
    const before = asked();
    await shownNow();
    assert.equal(asked(), before, "a server that does not say is not asked by every look");
  });

  it("names the kinds that may not be seen", async () => {
    world.server.put(fakePod("web"));
    world.server.fault = (request, answer) => {
      const isDenied = request.path.startsWith("/apis/kubeflow.org/v1/");
      if (isDenied) sendStatus(answer, 403, "Forbidden", "forbidden");
      return isDenied;
    };
    assert.match(
      await shown(),
      /ml\n {4}You may not list notebooks and pytorchjobs in this namespace: ask for that right to see them\.\n {4}web/,
    );
  });

  it("is no news where its operator was taken away", async () => {
    world.server.put(fakePod("web"));
    world.server.fault = (request, answer) => {
      const isGone = request.path === path("rayjobs", "ray.io");
      if (isGone) sendStatus(answer, 404, "NotFound", "the server could not find the requested resource");
      return isGone;
    };
    assert.match(await shown(), / {2}ml\n {4}web/);
  });

  it("has the same row under Resources", async () => {
    pyTorchJob(running);
    const node = await world.open("Resources", "kubeflow.org", "PyTorchJob", "ml", "train");
    assert.equal(world.tree.row(node).description, "Running · Worker 2/2 running · 60 min");
    assert.equal(world.tree.row(node).collapsible, "none");
  });
});
