// Where a manifest's pods and a waiting pod would run on a real cluster, as the person reads it.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { whereWouldItRun } from "../../src/ui/commands/whereWouldItRun.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { openedWith, sharedCluster, type World, worldOn } from "./world.ts";

const server = (replicas: number, gpus: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: llm}}
  template:
    metadata: {labels: {app: llm}}
    spec:
      containers:
        - name: main
          image: example/main:1
          resources:
            limits:
              nvidia.com/gpu: ${gpus}
`;

describe("where would it run", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
  });
  afterEach(() => world?.dispose());
  after(async () => {
    world?.dispose();
    await cluster?.kubectl(
      "delete",
      "pod",
      "-n=ml",
      "finetune-llama-anew",
      "--ignore-not-found",
      "--wait=false",
    );
  });

  async function asked(text: string): Promise<string> {
    world = worldOn(cluster.kubeconfigPath);
    world.ui.active = { name: "serve.yaml", text };
    await whereWouldItRun.run(world.app, world.ui, undefined);
    const [document] = world.ui.documents;
    assert.match(document?.name ?? "", /^Where serve\.yaml would run \(/);
    return document?.text ?? "";
  }

  it("says how many copies fit, and what is in the way of the others", async () => {
    const text = await asked(server(3, 1));
    assert.match(text, /^Where would serve\.yaml run\?\nContext slipway-test, nodes and pods as of \d/);
    assert.match(text, /Deployment llm: 3 pods, each with 1 GPU\n {2}1 of 3 fit now\.\n/);
    assert.match(text, /It fits now on 1 of 1 node: node-1 \(1 of 4 GPU free\)\./);
    assert.match(
      text,
      /For the next one:\n {2}The cluster's only node can't run it now: .* 1 GPU wanted, 0 of 4 GPU free\./,
    );
  });

  it("says who would have to end, and what no node has", async () => {
    assert.match(
      await asked(server(1, 2)),
      /The cluster's only node can't run it now: 1 node has too little free: 2 GPU wanted, 1 of 4 GPU free\.\n {2}→ It would fit on node-1 if this pod ended: ml\/[\w-]+ \(\d GPU\)\./,
    );
    assert.match(await asked(server(1, 16)), /16 GPU is wanted, and the largest has 4 GPU\./);
  });

  it("explains a pod that waits, beside the scheduler's own words", async () => {
    world = worldOn(cluster.kubeconfigPath);
    // Made now: what the scheduler said of an older one may be of nodes that other tests have had.
    const resources = { limits: { "nvidia.com/gpu": "4", memory: "256Mi" } };
    const containers = [{ name: "main", image: "example/main:1", resources }];
    await cluster.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "finetune-llama-anew", namespace: "ml" },
      spec: { containers },
    });
    const unschedulable = "--for=jsonpath={.status.conditions[0].reason}=Unschedulable";
    await cluster.kubectl("wait", "-n=ml", "pod/finetune-llama-anew", unschedulable, "--timeout=30s");
    const open = await openedWith(world, cluster.context, ["Pod"]);
    const row = open.rows("Pod").find(({ name }) => name === "finetune-llama-anew");
    assert.ok(row);
    await whereWouldItRun.run(world.app, world.ui, {
      type: "object",
      context: cluster.context,
      kind: "Pod",
      name: row.name,
      namespace: row.namespace,
      uid: row.uid,
    } as never);
    const text = world.ui.documents[0]?.text ?? "";
    assert.match(text, /The scheduler says: 0\/1 nodes are available: 1 Insufficient nvidia\.com\/gpu/);
    assert.match(text, /Pod finetune-llama-anew: 1 pod with 4 GPU, /);
    assert.match(text, /→ It would fit on node-1 if (this pod|these pods) ended: /);
  });

  it("says of a manifest without pods that there are none, and of a broken one where it is broken", async () => {
    assert.match(
      await asked("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
      /Nothing in it makes pods by itself\./,
    );
  });
});
