// Draining a real node: what is asked, what a disruption budget holds, and what stays.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { drainNode } from "../../src/ui/commands/drainNode.ts";
import { requireEngine } from "../support/availability.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { nodeOf, shellDeployment, shellPod, type World, worldOn } from "./world.ts";

const space = "hands";
const forever = "trap 'exit 0' TERM; sleep 100000 & wait";

describe("draining a node", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    const availability = await requireEngine("cluster");
    if (!availability.available) this.skip();
    // The other files need the pods of theirs.
    cluster = await startCluster({ node: true });
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: space } });
    const { spec } = shellDeployment("agent", space, forever) as { spec: { replicas?: number } };
    delete spec.replicas;
    const scratch = shellPod("scratch", space, forever) as { spec: object };
    await cluster.apply(
      { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "agent", namespace: space }, spec },
      shellDeployment("guarded", space, forever),
      {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name: "guarded", namespace: space },
        spec: { minAvailable: 1, selector: { matchLabels: { app: "guarded" } } },
      },
      { ...scratch, spec: { ...scratch.spec, volumes: [{ name: "cache", emptyDir: {} }] } },
    );
    for (const what of ["daemonset/agent", "deployment/guarded"])
      await cluster.kubectl(`-n=${space}`, "rollout", "status", what, "--timeout=60s");
    await cluster.kubectl(`-n=${space}`, "wait", "pod/scratch", "--for=condition=Ready", "--timeout=60s");
  });
  after(async () => {
    await cluster?.stop();
  });
  beforeEach(() => {
    world = worldOn(cluster.kubeconfigPath);
  });
  afterEach(() => world.dispose());

  const pods = async () => {
    const names = await cluster.kubectl("get", "pods", "-A", "-o=jsonpath={.items[*].metadata.name}");
    return names.split(" ").map((name) => name.split("-")[0]);
  };
  const isCordoned = () => cluster.kubectl("get", "node", nodeName, "-o=jsonpath={.spec.unschedulable}");

  it("names what is lost, and does nothing without a yes", async () => {
    world.ui.sure = false;
    await drainNode.run(world.app, world.ui, await nodeOf(cluster, "Node", nodeName));
    assert.equal(world.ui.confirmed[0]?.text, `Drain node ${nodeName}?`);
    const detail = world.ui.confirmed[0]?.detail ?? "";
    assert.match(
      detail,
      /^\d pods will be evicted, as disruption budgets allow; 1 pod of DaemonSets stays\.$/m,
    );
    assert.match(detail, /^Nothing will make these anew: .*hands\/scratch\.$/m);
    assert.match(detail, /^The files in emptyDir volumes of these are lost: hands\/scratch\.$/m);
    assert.equal(await isCordoned(), "");
  });

  it("evicts what may go, says what a budget holds, and ends when it is cancelled", async () => {
    const leave = new AbortController();
    world.ui.cancelled = leave.signal;
    world.ui.onReport = (text) => {
      if (/^1 of \d left: hands\/guarded-\S+ \(The disruption budget guarded needs 1/.test(text))
        leave.abort();
    };
    await drainNode.run(world.app, world.ui, await nodeOf(cluster, "Node", nodeName));
    assert.match(
      world.ui.said[0] ?? "",
      /was ended before it was done; it stays cordoned\. 1 pod still there: hands\/guarded-\S+ \(The disruption budget guarded needs 1 healthy pods? and has 1 currently\)\.$/,
    );
    assert.equal(await isCordoned(), "true");
    assert.deepEqual(
      (await pods()).filter((name) => name !== "guarded" && name !== "agent"),
      [],
    );
  });

  it("goes on where it was as soon as the budget allows, and leaves the DaemonSet's pod", async () => {
    world.ui.onReport = (text) => {
      if (!text.includes("budget")) return;
      world.ui.onReport = () => {};
      void cluster.kubectl(`-n=${space}`, "delete", "pdb/guarded");
    };
    await drainNode.run(world.app, world.ui, await nodeOf(cluster, "Node", nodeName));
    assert.equal(
      world.ui.said[0],
      `Node ${nodeName} is drained: 1 pod of DaemonSets stays. It gets no new pods until it is uncordoned.`,
    );
    const place = `--field-selector=spec.nodeName=${nodeName}`;
    const left = await cluster.kubectl("get", "pods", "-A", place, "-o=jsonpath={.items[*].metadata.name}");
    assert.match(left, /^agent-\w+$/);
  });
});
