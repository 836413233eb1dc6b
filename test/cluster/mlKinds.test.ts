// ML operators' kinds on a real API server with their own definitions: fields that these do not have are dropped by
// the server, so a row that is as it should be was read from real fields.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { mlKinds } from "../../src/core/kube/ml/index.gen.ts";
import { resourceKey } from "../../src/core/kube/kind.ts";
import type { KubeObject } from "../../src/core/kube/object.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import { startObject } from "../../src/ui/commands/startObject.ts";
import { stopObject } from "../../src/ui/commands/stopObject.ts";
import type { ClusterNode, ObjectNode } from "../../src/ui/rows/kube/node.ts";
import { requireEngine } from "../support/availability.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { type Definition, operatorDefinitions, plainDefinition } from "../support/ml/crds.ts";
import { exampleObject, type MlExample } from "../support/ml/example.ts";
import { mlExamples } from "../support/ml/objects.ts";
import { rowWords } from "../support/ml/rowWords.ts";
import { untilTree } from "../ui/views/treeWorld.ts";
import { restingPod, type World, worldOn } from "./world.ts";

const NAMESPACE = "ml-kinds";
/** No Go module has their definitions. */
const plain = [
  plainDefinition("kubeflow.org", "v1", "Notebook", "notebooks"),
  plainDefinition("batch.volcano.sh", "v1alpha1", "Job", "jobs"),
  plainDefinition("scheduling.volcano.sh", "v1beta1", "PodGroup", "podgroups"),
  plainDefinition("argoproj.io", "v1alpha1", "Workflow", "workflows"),
  plainDefinition("argoproj.io", "v1alpha1", "CronWorkflow", "cronworkflows"),
  plainDefinition("machinelearning.seldon.io", "v1", "SeldonDeployment", "seldondeployments"),
];

describe("kinds of ML operators on a real cluster", function () {
  this.timeout(240_000);
  let cluster: Cluster;
  let world: World;
  let installed: Definition[];

  before(async function () {
    // Once per machine the definitions are read out of their modules.
    this.timeout(900_000);
    const availability = await requireEngine("cluster");
    if (!availability.available) this.skip();
    const found = await operatorDefinitions();
    if (!found.available) this.skip();
    const shown = new Set(mlKinds.map(({ group, kind }) => `${group} ${kind}`));
    const own = found.definitions.filter(({ spec }) => shown.has(`${spec.group} ${spec.names.kind}`));
    installed = [...own, ...plain];
    // Its own: an API server has work with so many large definitions, and others here measure how quick it is.
    cluster = await startCluster();
    world = worldOn(cluster.kubeconfigPath);
    await cluster.kubectl("create", "namespace", NAMESPACE);
    const file = join(cluster.run.folder, "definitions.json");
    await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: installed }));
    await cluster.kubectl("create", "-f", file);
    const names = installed.map(({ metadata }) => `crd/${metadata.name}`);
    await cluster.kubectl("wait", "--for=condition=Established", "--timeout=120s", ...names);
  });
  after(async () => {
    world?.dispose();
    await cluster?.stop();
  });

  async function send(method: "POST" | "PUT", path: string, body: unknown): Promise<KubeObject> {
    const { connection } = await world.store.open(cluster.context);
    return (connection as Connection).transport.json({ method, path, body }, never());
  }

  function placeOf({ kind: name, apiVersion }: MlExample): {
    path: string;
    definition: Definition | undefined;
  } {
    const definition = installed.find(({ spec }) => `${spec.group} ${spec.names.kind}` === name);
    const ml = mlKinds.find(({ group, kind }) => `${group} ${kind}` === name);
    const where = ml?.clusterWide ? "" : `/namespaces/${NAMESPACE}`;
    return { path: `/apis/${apiVersion}${where}/${ml?.plural}`, definition };
  }

  const nameOf = ({ kind }: MlExample, index: number) => `${kind.split(" ")[1]?.toLowerCase()}-${index}`;

  /** Made, then given its status as its operator does. */
  async function make(example: MlExample, index: number): Promise<void> {
    const { path, definition } = placeOf(example);
    if (!definition) return;
    const { metadata: _, status, ...rest } = exampleObject(example, "");
    const metadata = { ...example.metadata, name: nameOf(example, index) };
    // Of some kinds the status is a field like any other.
    const isApart = definition.spec.versions.some(({ subresources }) => subresources?.status !== undefined);
    const made = await send("POST", path, { ...rest, metadata, ...(isApart ? {} : { status }) });
    if (isApart && Object.keys(status as object).length > 0)
      await send("PUT", `${path}/${metadata.name}/status`, { ...made, status });
  }

  /** The nodes of the namespace, by name. */
  async function inNamespace(): Promise<Map<string, ClusterNode>> {
    const [context] = await world.tree.children(undefined);
    const namespaces = await world.tree.children(context);
    const own = namespaces.find((node) => node.type === "namespace" && node.name === NAMESPACE);
    const children = await world.tree.children(own);
    return new Map(children.map((node) => [world.tree.row(node).label, node]));
  }

  it("are served under the names that are looked for", async () => {
    const missing = mlKinds.flatMap(({ group, kind, plural, clusterWide }) => {
      const found = installed.find(({ spec }) => spec.group === group && spec.names.kind === kind);
      if (!found) return [`${group} ${kind}`];
      const { scope } = found.spec as unknown as { scope: string };
      const isSame = found.spec.names.plural === plural && (scope === "Cluster") === (clusterWide === true);
      return isSame ? [] : [`${group} ${kind} is ${scope} ${found.spec.names.plural}`];
    });
    assert.deepEqual(missing, ["scheduling.volcano.sh Queue"]);
  });

  it("say in their namespace what their operators wrote", async () => {
    for (const [index, example] of mlExamples.entries()) {
      await make(example, index).catch((error: unknown) => {
        throw new Error(`${example.kind} ${index}: ${String(error)}`);
      });
    }
    const opened = await world.store.open(cluster.context);
    const unserved = async () => {
      const { kinds } = await opened.discover();
      const names = new Set(kinds.map(({ kind }) => `${kind.plural}.${kind.group}`));
      return installed.map(({ metadata }) => metadata.name).filter((name) => !names.has(name));
    };
    // The server tells of a definition a moment after it takes objects of it.
    let missing = await unserved();
    for (let tries = 0; missing.length > 0 && tries < 200; tries++) {
      opened.retry();
      missing = await unserved();
    }
    assert.deepEqual(missing, []);
    for (const kind of opened.firstClass) opened.read(kind, NAMESPACE);
    await Promise.all(opened.firstClass.map((kind) => opened.settled(kind, NAMESPACE)));
    await inNamespace();
    const clusterQueue = resourceKey("ClusterQueue", "kueue.x-k8s.io");
    opened.read(clusterQueue);
    await opened.settled(clusterQueue);
    const wrong = mlExamples.flatMap((example, index) => {
      if (!placeOf(example).definition) return [];
      const [group = "", kind = ""] = example.kind.split(" ");
      const row = opened.rows(resourceKey(kind, group)).find(({ name }) => name === nameOf(example, index));
      const words = row ? rowWords(row) : "no row";
      return words === example.row ? [] : [`${example.kind}\n  is      ${words}\n  and not ${example.row}`];
    });
    assert.deepEqual(wrong, []);
  });

  it("have the pods that their labels lead to", async () => {
    const index = mlExamples.findIndex(({ kind }) => kind === "kubeflow.org PyTorchJob");
    const name = `pytorchjob-${index}`;
    const pod = restingPod("worker-0", NAMESPACE) as { metadata: object };
    const labels = { "training.kubeflow.org/job-name": name, "app.kubernetes.io/name": "noise" };
    await send("POST", `/api/v1/namespaces/${NAMESPACE}/pods`, {
      ...pod,
      metadata: { ...pod.metadata, labels },
    });
    await untilTree(world.tree, async () => {
      const children = await world.tree.children((await inNamespace()).get(name));
      return children.some((child) => world.tree.row(child).label === "worker-0");
    });
  });

  it("are suspended and resumed, each by the field that its operator reads", async () => {
    const nodes = await inNamespace();
    const opened = await world.store.open(cluster.context);
    const failed: string[] = [];
    const done = new Set<string>();
    for (const [index, example] of mlExamples.entries()) {
      const ml = mlKinds.find(({ group, kind }) => `${group} ${kind}` === example.kind);
      const node = nodes.get(nameOf(example, index)) as ObjectNode | undefined;
      if (!ml?.switch || !node || done.has(example.kind)) continue;
      done.add(example.kind);
      const { kind, name, namespace } = node;
      const known = opened.kind(kind);
      assert.ok(known);
      const isOff = async () =>
        ml.switch?.isOff(await opened.connection.get({ kind: known, name, namespace }, never()));
      try {
        await stopObject.run(world.app, world.ui, node);
        if ((await isOff()) !== true) failed.push(`${example.kind} is not off`);
        await startObject.run(world.app, world.ui, node);
        if ((await isOff()) !== false) failed.push(`${example.kind} is not on`);
      } catch (error) {
        failed.push(`${example.kind}: ${String(error)}`);
      }
    }
    assert.deepEqual(failed, []);
    assert.ok(done.size >= 15, Array.from(done).join(", "));
  });
});
