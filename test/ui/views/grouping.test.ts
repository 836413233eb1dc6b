// What pods stand under in the tree, and that no node of it ever has more rows than a window can show.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type GroupBy, groupings } from "../../../src/core/kube/arrangement.ts";
import { groupCluster } from "../../../src/ui/commands/groupCluster.ts";
import type { ClusterNode } from "../../../src/ui/rows/kube/node.ts";
import { fakePod } from "../../io/kube/fakeApiServer.ts";
import { settledText, type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

describe("the grouping of a context", function () {
  this.timeout(30_000);
  let world: TreeWorld;

  beforeEach(async () => {
    world = await treeWorld();
    world.server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
  });
  afterEach(() => world.stop());

  const text = () =>
    settledText(world.tree, world.app.clusters, ({ label }) => label !== "Resources" && label !== "Nodes");
  const put = (name: string, node: string | undefined, phase: string, more: object = {}) =>
    world.server.put(
      fakePod(name, "ml", {
        metadata: { name, namespace: "ml", ...more },
        spec: { ...(node === undefined ? {} : { nodeName: node }), containers: [{ name: "main" }] },
        status: { phase },
      }),
    );

  function seed(): void {
    const { metadata } = world.server.put({
      kind: "Job",
      metadata: { name: "train", namespace: "ml" },
      spec: { completions: 2 },
      status: { active: 2 },
    });
    const ownerReferences = [{ kind: "Job", name: "train", uid: metadata.uid, controller: true }];
    put("train-a", "n1", "Running", { ownerReferences });
    put("train-b", undefined, "Pending", { ownerReferences });
    put("alone", "n1", "Succeeded");
    world.server.put({ kind: "Service", metadata: { name: "front", namespace: "ml" }, spec: { ports: [] } });
  }

  it("is chosen in the palette or on the row, which says so", async () => {
    seed();
    world.ui.answers = ["Status"];
    await groupCluster.run(world.app, world.ui, await world.open());
    assert.deepEqual(world.ui.picked[0]?.labels, ["Workload", "Node", "Status", "Flat"]);
    assert.equal(
      await text(),
      `dev | current · by status
  Nodes
  Resources
  ml
    Pending | 1 pod
      train-b | Pending · 60 min
    Running | 1 pod
      train-a | Running 0/1 ready · 60 min
    Completed | 1 pod
      alone | Completed · 60 min
    front | ClusterIP`,
    );
  });

  it("is by node, or flat, with the filter", async () => {
    seed();
    world.app.looks.setGroupBy("dev", "node");
    assert.match(
      await text(),
      /by node\n.*\n.*\n {2}ml\n {4}On no node yet \| 1 pod\n {6}train-b .*\n {4}n1 \| 2 pods\n {6}alone .*\n {6}train-a .*\n {4}front[^\n]*$/,
    );
    world.app.looks.setFilter("dev", "train");
    assert.match(
      await text(),
      /ml\n {4}On no node yet \| 1 pod\n {6}train-b .*\n {4}n1 \| 1 pod\n {6}train-a [^\n]*$/,
    );
    world.app.looks.setGroupBy("dev", "flat");
    assert.match(await text(), / {2}ml\n {4}train \| 2 running.*\n {4}train-a .*\n {4}train-b [^\n]*$/);
  });

  it("moves a pod whose status changes, and counts again", async () => {
    seed();
    world.app.looks.setGroupBy("dev", "status");
    assert.match(await text(), /Running \| 1 pod\n/);
    const moved = untilTree(world.tree, async () => /Running \| 2 pods/.test(await text()));
    put("train-b", "n1", "Running");
    await moved;
    assert.doesNotMatch(await text(), /Pending/);
  });

  it("counts the pods of a group that is closed", async () => {
    seed();
    world.app.looks.setGroupBy("dev", "status");
    const group = await world.open("ml", "Running");
    const fired: ClusterNode[] = [];
    world.tree.changed((nodes) => fired.push(...(nodes ?? [])));
    put("train-c", "n1", "Running");
    await untilTree(world.tree, () => fired.includes(group));
    assert.equal(world.tree.row(group).description, "2 pods");
  });

  it("finds an object wherever it stands, and says where it does not", async () => {
    seed();
    const find = async (kind: "Pod" | "Job", name: string) => {
      const uid = `uid-${kind}/ml/${name}`;
      const path: string[] = [];
      let node = await world.tree.find({ context: "dev", kind, namespace: "ml", name, uid });
      for (; node; node = world.tree.parent(node)) path.unshift(world.tree.row(node).label);
      return path.join("/");
    };
    assert.equal(await find("Pod", "train-a"), "dev/ml/train/train-a");
    world.app.looks.setGroupBy("dev", "node");
    assert.equal(await find("Pod", "train-a"), "dev/ml/n1/train-a");
    assert.equal(await find("Job", "train"), "");
    world.app.looks.setGroupBy("dev", "flat");
    assert.equal(await find("Job", "train"), "dev/ml/train");
    world.app.looks.setFilter("dev", "alone");
    assert.equal(await find("Pod", "train-a"), "");
    assert.equal(await find("Pod", "alone"), "dev/ml/alone");
  });

  it("never has more than 300 rows and one for the rest under anything, and each pod once", async () => {
    const { metadata } = world.server.put({
      kind: "Job",
      metadata: { name: "wide", namespace: "ml" },
      spec: { completions: 700 },
    });
    const ownerReferences = [{ kind: "Job", name: "wide", uid: metadata.uid, controller: true }];
    for (let index = 0; index < 700; index++)
      put(`p${String(index).padStart(3, "0")}`, "n1", "Running", { ownerReferences });
    for (const by of groupings) {
      world.app.looks.setGroupBy("dev", by);
      assert.equal(await podsBelow(await world.open("ml"), by), 700, by);
    }
  });

  it("counts the rest of a long list again when it changes, and shows what it holds then", async () => {
    for (let index = 0; index < 302; index++) put(`p${String(index).padStart(3, "0")}`, "n1", "Running");
    const namespace = await world.open("ml");
    const labels = async (node: ClusterNode) =>
      (await world.tree.children(node)).map((child) => world.tree.row(child).label);
    assert.equal((await labels(namespace)).at(-1), "2 more…");
    const more = (await world.tree.children(namespace)).at(-1);
    assert.ok(more);
    const fired: ClusterNode[] = [];
    world.tree.changed((nodes) => fired.push(...(nodes ?? [])));
    // Closed as it is, it says how many there are.
    put("p302", "n1", "Running");
    await untilTree(world.tree, () => fired.includes(more));
    assert.equal(world.tree.row(more).label, "3 more…");
    assert.deepEqual(await labels(more), ["p300", "p301", "p302"]);
    fired.length = 0;
    world.server.remove("Pod", "ml", "p301");
    await untilTree(world.tree, () => fired.includes(more));
    assert.deepEqual([world.tree.row(more).label, await labels(more)], ["2 more…", ["p300", "p302"]]);
  });

  async function podsBelow(node: ClusterNode, by: GroupBy): Promise<number> {
    const children = await world.tree.children(node);
    assert.ok(children.length <= 301, `${children.length} rows, by ${by}`);
    let pods = 0;
    for (const child of children) {
      if (child.type === "object" && child.kind === "Pod") pods++;
      else if (world.tree.row(child).collapsible !== "none") pods += await podsBelow(child, by);
    }
    return pods;
  }
});
