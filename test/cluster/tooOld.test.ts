// A real API server that no longer knows the version to go on from (410), after it was restarted while nobody could reach it.
import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import { ApiFailure, isGone } from "../../src/io/kube/apiFailure.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { ShownTree } from "../ui/views/shownTree.ts";
import { untilTree } from "../ui/views/treeWorld.ts";
import { restingPod, sharedCluster, type World, worldOn } from "./world.ts";

describe("a real API server that has forgotten", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let proxy: FaultProxy | undefined;
  let world: World;
  let shown: ShownTree<ClusterNode> | undefined;

  before(async function () {
    cluster = await sharedCluster(this);
  });
  afterEach(async () => {
    shown?.dispose();
    world?.dispose();
    await proxy?.stop();
    await cluster.kubectl("delete", "namespace", "forgotten", "--wait=false");
  });

  /** What the server says to a watch from that version, in its own words. */
  async function answerTo(connection: Connection, version: string): Promise<unknown> {
    const path = `/api/v1/pods?watch=1&resourceVersion=${version}`;
    try {
      const answer = await connection.transport.open({ path }, never());
      const [line = ""] = (
        await new Promise<string>((resolve) => {
          answer.once("data", (chunk: Buffer) => resolve(chunk.toString("utf8")));
        })
      ).split("\n");
      answer.destroy();
      return ApiFailure.fromStatus((JSON.parse(line) as { object: unknown }).object);
    } catch (error) {
      return error;
    }
  }

  it("is listed anew: what vanished meanwhile goes, what came comes, selection and what is open stay", async () => {
    proxy = await startFaultProxy({ port: cluster.port });
    world = worldOn(await cluster.kubeconfigVia(`https://127.0.0.1:${proxy.port}`));
    shown = new ShownTree(world.tree);
    const [window, { tree, store }] = [shown, world];
    const until = (done: () => boolean | Promise<boolean>) => untilTree(tree as never, done);
    const lines = async () => (await window.text()).split("\n");
    await cluster.kubectl("create", "namespace", "forgotten");
    await cluster.apply(restingPod("goes", "forgotten"), restingPod("stays", "forgotten"));
    await window.expand(cluster.context);
    await until(async () => (await lines()).includes("forgotten"));
    await window.expand(cluster.context, "forgotten");
    await until(async () => (await lines()).includes("stays"));
    await window.select(cluster.context, "forgotten", "stays");
    const list = await cluster.kubectl("get", "--raw", "/api/v1/pods?limit=1");
    const version = (JSON.parse(list) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    // Nobody is told of what happens from here on.
    proxy.set({ kind: "reset" });
    await until(() => store.get(cluster.context)?.worst().state === "stale");
    await cluster.kubectl("delete", "pod", "goes", "-n", "forgotten", "--force", "--grace-period=0");
    await cluster.apply(restingPod("comes", "forgotten"));
    assert.deepEqual(
      (await lines()).filter((line) => /^(goes|stays|comes)$/.test(line)),
      ["goes", "stays"],
    );
    await cluster.killApiServer();
    await cluster.startApiServer();
    const direct = worldOn(cluster.kubeconfigPath);
    try {
      const { connection } = await direct.store.open(cluster.context);
      const answer = await answerTo(connection as Connection, version);
      assert.ok(isGone(answer), String(answer));
    } finally {
      direct.dispose();
    }
    proxy.set({ kind: "none" });
    await until(async () => {
      const now = await lines();
      return now.includes("comes") && !now.includes("goes");
    });
    assert.equal(window.selected, "stays");
    assert.deepEqual(window.expanded, ["forgotten", cluster.context].sort());
    assert.deepEqual(window.lost, []);
  });
});
