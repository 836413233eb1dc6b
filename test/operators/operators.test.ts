// Operators that run: what they make of an object until its end, as our rows tell it. What a kind's row says of every
// state is tested with objects of that shape (cluster/mlKinds); here each state is the operator's own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import type { Cluster as OpenCluster, KindName } from "../../src/app/stores/cluster/cluster.ts";
import { resourceKey } from "../../src/core/kube/kind.ts";
import { startObject } from "../../src/ui/commands/startObject.ts";
import { stopObject } from "../../src/ui/commands/stopObject.ts";
import type { ClusterNode, ObjectNode } from "../../src/ui/rows/kube/node.ts";
import { requireEngine } from "../support/availability.ts";
import { shellPod, type World, worldOn } from "../cluster/world.ts";
import { waitUntil } from "../support/command.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { startArgoRollouts } from "../support/kubernetes/operators/argoRollouts.ts";
import { startMetricsServer } from "../support/kubernetes/operators/metricsServer.ts";
import { findOperator, type Operator } from "../support/kubernetes/operators/programs.ts";
import { startTrainingOperator } from "../support/kubernetes/operators/trainingOperator.ts";
import { operatorDefinitions } from "../support/ml/crds.ts";
import { rowWords } from "../support/ml/rowWords.ts";
import { untilTree } from "../ui/views/treeWorld.ts";

const NAMESPACE = "operators";
const tfJobs = resourceKey("TFJob", "kubeflow.org");
const rollouts = resourceKey("Rollout", "argoproj.io");

describe("operators on a real cluster", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: World;
  let opened: OpenCluster;

  before(async function () {
    // Once per machine they are built.
    this.timeout(1_200_000);
    const availability = await requireEngine("cluster");
    if (!availability.available) this.skip();
    const found = await operatorDefinitions();
    if (!found.available) this.skip();
    const paths: Partial<Record<Operator, string>> = {};
    for (const name of ["training-operator", "rollouts-controller", "metrics-server"] as const) {
      const operator = await findOperator(name);
      if (!operator.available) return this.skip();
      paths[name] = operator.path;
    }
    cluster = await startCluster({ node: true });
    const items = found.definitions.filter(
      ({ spec }) =>
        spec.group === "argoproj.io" || (spec.group === "kubeflow.org" && spec.names.kind === "TFJob"),
    );
    const file = join(cluster.run.folder, "definitions.json");
    await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await cluster.kubectl("create", "-f", file);
    const names = items.map(({ metadata }) => `crd/${metadata.name}`);
    await cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", ...names);
    await cluster.kubectl("create", "namespace", NAMESPACE);
    await Promise.all([
      startTrainingOperator(cluster, paths["training-operator"] ?? ""),
      startArgoRollouts(cluster, paths["rollouts-controller"] ?? ""),
      cluster
        .apply(shellPod("busy", NAMESPACE, "while :; do seq 5000 >/dev/null; sleep 0.1; done"))
        .then(() => startMetricsServer(cluster, paths["metrics-server"] ?? "")),
    ]);
    world = worldOn(cluster.kubeconfigPath);
    opened = await world.store.open(cluster.context);
    await opened.discover();
    for (const kind of [tfJobs, rollouts]) opened.read(kind, NAMESPACE);
    await Promise.all([tfJobs, rollouts].map((kind) => opened.settled(kind, NAMESPACE)));
  });
  after(async () => {
    world?.dispose();
    await cluster?.stop();
  });

  // What the operators wrote says why an object stays as it is.
  afterEach(function () {
    if (this.currentTest?.state !== "failed") return;
    for (const name of ["training-operator", "rollouts-controller", "metrics-server"]) {
      console.error(`${name}:\n${logOf(name).slice(-2_000)}`);
    }
  });

  function logOf(program: string): string {
    return readFileSync(join(cluster.run.folder, "logs", `${program}.log`), "utf8");
  }

  /** All that the object's row says from now on until it says `last`. */
  async function said(kind: KindName, name: string, last: RegExp): Promise<string[]> {
    const words: string[] = [];
    const isLast = () => {
      const row = opened.rows(kind).find((one) => one.name === name);
      const now = row ? rowWords(row) : "no row";
      if (words.at(-1) !== now) words.push(now);
      return last.test(now);
    };
    if (isLast()) return words;
    await new Promise<void>((resolve, reject) => {
      const listener = world.store.changed(() => {
        if (!isLast()) return;
        clearTimeout(late);
        listener.dispose();
        resolve();
      });
      const late = setTimeout(async () => {
        listener.dispose();
        const path = "-o=jsonpath={.metadata.generation} {.metadata.resourceVersion} {.status}";
        const plural = opened.kind(kind)?.plural ?? "";
        const there = await cluster.kubectl("-n", NAMESPACE, "get", plural, name, path).catch(String);
        const log = world.log.slice(-5).join("\n");
        reject(
          new Error(`${name} said ${words.join(" → ")}, never ${last}; the server has ${there}\n${log}`),
        );
      }, 60_000);
    });
    return words;
  }

  async function namespaceNode(): Promise<ClusterNode | undefined> {
    const [context] = await world.tree.children(undefined);
    const namespaces = await world.tree.children(context);
    return namespaces.find((node) => node.type === "namespace" && node.name === NAMESPACE);
  }

  async function node(name: string): Promise<ObjectNode> {
    let found: ClusterNode | undefined;
    await untilTree(world.tree, async () => {
      const children = await world.tree.children(await namespaceNode());
      found = children.find((child) => world.tree.row(child).label === name);
      return found !== undefined;
    });
    return found as ObjectNode;
  }

  async function podsOf(name: string): Promise<string[]> {
    const children = await world.tree.children(await node(name));
    // The training operator gives each pod a Service of its name, which stands there too.
    const pods = children.filter((child) => child.type === "object" && child.kind === "Pod");
    return pods.map((child) => world.tree.row(child).label);
  }

  function tfJob(name: string, script: string, workers: number): object {
    const { spec } = shellPod("pod", NAMESPACE, script) as { spec: { containers: object[] } };
    const [container] = spec.containers;
    const replica = (replicas: number) => ({
      replicas,
      restartPolicy: "Never",
      template: { spec: { ...spec, containers: [{ ...container, name: "tensorflow" }] } },
    });
    return {
      apiVersion: "kubeflow.org/v1",
      kind: "TFJob",
      metadata: { name, namespace: NAMESPACE },
      spec: { tfReplicaSpecs: { Chief: replica(1), Worker: replica(workers) } },
    };
  }

  it("train: a TFJob is created, runs with its pods, and succeeds", async () => {
    await cluster.apply(tfJob("mnist", "until [ -e /tmp/done ]; do sleep 0.1; done", 2));
    const running = await said(tfJobs, "mnist", /Chief 1\/1 running · Worker 2\/2 running/);
    assert.match(running.at(-1) ?? "", /^ok: Running/);
    const pods = ["mnist-chief-0", "mnist-worker-0", "mnist-worker-1"];
    await untilTree(world.tree, async () => (await podsOf("mnist")).length === pods.length);
    assert.deepEqual((await podsOf("mnist")).sort(), pods);
    for (const pod of pods) await cluster.kubectl("-n", NAMESPACE, "exec", pod, "--", "touch", "/tmp/done");
    const ended = await said(tfJobs, "mnist", /Succeeded/);
    assert.match(ended.at(-1) ?? "", /^done: Succeeded/);
  });

  it("train: one that fails says so, with the operator's words", async () => {
    await cluster.apply(tfJob("broken", "exit 3", 1));
    const ended = await said(tfJobs, "broken", /Failed/);
    assert.match(
      ended.at(-1) ?? "",
      /^error: Failed .* TFJob operators\/broken has failed because 1 \w+ replica/,
    );
  });

  it("train: one is suspended by our command, which takes its pods, and resumed", async () => {
    await cluster.apply(tfJob("long", "sleep 600", 1));
    await said(tfJobs, "long", /Worker 1\/1 running/);
    await stopObject.run(world.app, world.ui, await node("long"));
    await said(tfJobs, "long", /Suspended/);
    await untilTree(world.tree, async () => (await podsOf("long")).length === 0);
    await startObject.run(world.app, world.ui, await node("long"));
    await said(tfJobs, "long", /Worker 1\/1 running/);
    await cluster.kubectl("-n", NAMESPACE, "delete", "tfjob", "long", "--wait=false");
  });

  it("roll out: a Rollout is healthy, pauses at its step, and is promoted by our command", async () => {
    const { spec } = shellPod("pod", NAMESPACE, "sleep 600") as { spec: { containers: object[] } };
    const template = (version: string) => ({
      metadata: { labels: { app: "server" } },
      spec: { ...spec, containers: [{ ...spec.containers[0], env: [{ name: "VERSION", value: version }] }] },
    });
    const object = (version: string) => ({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { name: "server", namespace: NAMESPACE },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "server" } },
        strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } },
        template: template(version),
      },
    });
    await cluster.apply(object("1"));
    await said(rollouts, "server", /^ok: Healthy · Pods 2\/2 ready/);
    await cluster.apply(object("2"));
    const paused = await said(rollouts, "server", /Paused/);
    assert.match(paused.at(-1) ?? "", /^warning: Paused · .* · Step 2\/2 · CanaryPauseStep/);
    await untilTree(world.tree, async () => (await podsOf("server")).length >= 2);
    // At the end of its turn the controller keeps what it wrote itself, in place of what was written meanwhile.
    await waitUntil("the controller to be done with its turn", 30_000, async () => {
      const path = "-o=jsonpath={.metadata.resourceVersion}";
      const version = await cluster.kubectl("-n", NAMESPACE, "get", "rollouts", "server", path);
      const done = new RegExp(`Reconciliation completed.* resourceVersion=${version.trim()} `);
      return done.test(logOf("rollouts-controller"));
    });
    await startObject.run(world.app, world.ui, await node("server"));
    await said(rollouts, "server", /^ok: Healthy · Pods 2\/2 ready/);
  });

  it("measure: a pod's PodMetrics has what the kubelet counted", async () => {
    let at: ClusterNode | undefined;
    for (const label of [cluster.context, "Resources", "Cluster", "PodMetrics", NAMESPACE]) {
      const children: ClusterNode[] = await world.tree.children(at);
      at = children.find((child) => world.tree.row(child).label === label);
      assert.ok(at, `${label} among ${children.map((child) => world.tree.row(child).label).join(", ")}`);
    }
    const rows = (await world.tree.children(at)).map((child) => world.tree.row(child));
    const busy = rows.find(({ label }) => label === "busy");
    // Whoever counts takes a part of a core.
    const [, cpu = "", memory = ""] = /cpu (\S+) · memory (\S+)/.exec(busy?.description ?? "") ?? [];
    assert.match(cpu, /^\d+(n|m|u)?$/, JSON.stringify(rows));
    assert.match(memory, /^\d+(Ki|Mi)$/, JSON.stringify(rows));
  });
});
