// Ages of rows go on, also of those that do not change, in a cluster where something changes all the time.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import { fakePod } from "../../io/kube/fakeApiServer.ts";
import { NOW, settledText, type TreeWorld, treeWorld, untilTree } from "./treeWorld.ts";

describe("ages in the view Clusters", function () {
  this.timeout(20_000);
  let world: TreeWorld;
  before(async () => {
    world = await treeWorld();
  });
  after(() => world.stop());

  it("go on while other rows change all the time", async () => {
    const { server, app } = world;
    server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    server.put(fakePod("still"));
    server.put(fakePod("busy"));
    const minutes = new Set<() => void>();
    let nowMs = NOW;
    const clock: typeof systemClock = {
      ...systemClock,
      now: () => nowMs,
      after(delayMs, run) {
        if (delayMs < 10_000) return systemClock.after(delayMs, run);
        minutes.add(run);
        return { dispose: () => void minutes.delete(run) };
      },
    };
    const tree = new ClusterTree({ ...app, clock });
    assert.match(await settledText(tree, app.clusters), /still \| Running · 60 min/);
    let due: (() => void) | undefined;
    for (let restarts = 1; restarts < 6; restarts++) {
      // With the first changes comes what else was not known yet, and is looked at as a whole.
      if (restarts === 3) [due] = minutes;
      const containerStatuses = [
        { name: "main", ready: true, restartCount: restarts, state: { running: {} } },
      ];
      server.put(fakePod("busy", "ml", { status: { phase: "Running", containerStatuses } }));
      await untilTree(tree, async () =>
        (await settledText(tree, app.clusters)).includes(`${restarts} restart`),
      );
    }
    assert.ok(due && minutes.has(due), "what is due has not been put off");
    nowMs += 60 * 60_000;
    const fired = new Promise<string[]>((resolve) =>
      tree.changed((nodes) => resolve(nodes?.map((node) => tree.row(node).label) ?? [])),
    );
    due();
    assert.ok((await fired).includes("still"));
    assert.match(await settledText(tree, app.clusters), /still \| Running · 2 h/);
    tree.dispose();
  });

  it("are told of to a window some at a time where they are of more than it draws in a moment", async () => {
    const { server, app } = world;
    server.put({ kind: "Namespace", metadata: { name: "many" }, status: { phase: "Active" } });
    for (let index = 0; index < 1_200; index++)
      server.put(fakePod(`pod-${String(index).padStart(4, "0")}`, "many"));
    let nowMs = NOW;
    const tree = new ClusterTree({ ...app, clock: { ...systemClock, now: () => nowMs } });
    const all = () => settledText(tree, app.clusters);
    await untilTree(tree, async () => (await all()).includes("pod-1199"));
    nowMs += 60 * 60_000;
    const told: number[] = [];
    const old = new Set<string>();
    const isOver = new Promise<void>((resolve) =>
      tree.changed((nodes = []) => {
        told.push(nodes.length);
        for (const { label, description } of nodes.map((node) => tree.row(node)))
          if (description?.includes("2 h")) old.add(label);
        if (old.size >= 1_200) resolve();
      }),
    );
    // As a look does that is due, at all of them.
    app.clusters.guardsChanged();
    await isOver;
    assert.ok(told.length >= 3 && Math.max(...told) <= 500, told.join());
    assert.equal(Array.from(old).filter((label) => label.startsWith("pod-")).length, 1_200);
    tree.dispose();
  });
});
