// The explorer while connections are cut and the API server dies: rows stay, and end up right.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, before, describe, it } from "mocha";
import { never } from "../../src/base/signal.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { openedWith, restingPod, sharedCluster, shellPod, until, type World, worldOn } from "./world.ts";

describe("the explorer under faults", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: World | undefined;
  let proxy: FaultProxy | undefined;

  before(async function () {
    cluster = await sharedCluster(this);
  });
  afterEach(async () => {
    world?.dispose();
    world = undefined;
    await proxy?.stop();
    proxy = undefined;
  });

  /** Names of the pods as kubectl lists them now. */
  async function podsNow(namespace: string): Promise<string[]> {
    const names = await cluster.kubectl(
      "get",
      "pods",
      "-n",
      namespace,
      "-o=jsonpath={.items[*].metadata.name}",
    );
    return names.split(" ").filter(Boolean).sort();
  }

  it("has the rows of a fresh list after a minute with a reset every second", async () => {
    proxy = await startFaultProxy({ port: cluster.port });
    world = worldOn(await cluster.kubeconfigVia(`https://127.0.0.1:${proxy.port}`));
    const { store } = world;
    await cluster.kubectl("create", "namespace", "churn");
    const open = await openedWith(world, cluster.context, ["Pod"], "churn");
    const direct = worldOn(cluster.kubeconfigPath);
    const { transport } = (await direct.store.open(cluster.context)).connection as Connection;
    const path = "/api/v1/namespaces/churn/pods";
    const end = performance.now() + 60_000;
    let made = 0;
    let resets = 0;
    while (performance.now() < end) {
      await transport.json({ method: "POST", path, body: restingPod(`pod-${made++}`, "churn") }, never());
      if (made % 3 === 0) {
        const gone = `${path}/pod-${made - 3}`;
        await transport.json({ method: "DELETE", path: gone, body: { gracePeriodSeconds: 0 } }, never());
      }
      if (made % 4 === 0) {
        proxy.resetOpen();
        resets++;
      }
      await pause(250);
    }
    direct.dispose();
    const fresh = await podsNow("churn");
    const rows = () =>
      open
        .rows("Pod", "churn")
        .map((row) => row.name)
        .sort();
    await until(store, () => rows().join() === fresh.join() && open.condition("Pod").state === "live");
    console.log(
      `      ${resets} resets, ${made} pods made, ${fresh.length} left, ${proxy.total} connections`,
    );
    assert.ok(resets > 40);
    assert.deepEqual(rows(), fresh);
    await cluster.kubectl("delete", "namespace", "churn", "--wait=false");
  });

  it("goes on with a log where it was cut: no line is lost or doubled", async () => {
    proxy = await startFaultProxy({ port: cluster.port });
    world = worldOn(await cluster.kubeconfigVia(`https://127.0.0.1:${proxy.port}`));
    const script = "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo line $i; usleep 50000; done; sleep 3600";
    await cluster.apply(shellPod("counter", "default", script));
    const open = await openedWith(world, cluster.context, ["Pod"], "default");
    await until(world.store, () =>
      open.rows("Pod", "default").some((row) => row.name === "counter" && row.ready === 1),
    );
    const lines: string[] = [];
    const closing = new AbortController();
    const sink = {
      line(text: string) {
        lines.push(text);
        if (lines.length % 40 === 20) proxy?.resetOpen();
        if (text === "line 200") closing.abort();
      },
      note() {},
    };
    const place = { namespace: "default", pod: "counter", container: "main" };
    await open.connection.followLogs(place, { tailLines: 1000 }, sink, closing.signal);
    assert.deepEqual(
      lines,
      Array.from({ length: 200 }, (_, index) => `line ${index + 1}`),
    );
    await cluster.kubectl("delete", "pod", "counter", "-n", "default", "--force", "--grace-period=0");
  });

  it("notices a connection that stalls without a word", async () => {
    // A stalled request ends by its own time limit; nothing waits for ever.
    proxy = await startFaultProxy({ port: cluster.port });
    world = worldOn(await cluster.kubeconfigVia(`https://127.0.0.1:${proxy.port}`));
    const open = await world.store.open(cluster.context);
    const { transport } = open.connection as Connection;
    await transport.json({ path: "/version" }, never());
    proxy.set({ kind: "stall" });
    await assert.rejects(
      transport.json({ path: "/version", timeoutMs: 500 }, never()),
      /did not answer in time/,
    );
  });

  it("keeps the rows while the API server is killed, marks them stale, and heals when it is back", async () => {
    world = worldOn(cluster.kubeconfigPath);
    const { store } = world;
    const open = await openedWith(world, cluster.context, ["Pod"], "ml");
    const before = open
      .rows("Pod", "ml")
      .map((row) => row.uid)
      .sort();
    assert.ok(before.length > 5);
    await cluster.killApiServer();
    await until(store, () => open.condition("Pod").state === "stale");
    assert.deepEqual(
      open
        .rows("Pod", "ml")
        .map((row) => row.uid)
        .sort(),
      before,
    );
    const context = (await world.tree.children(undefined))[0];
    assert.ok(context);
    assert.match(world.tree.row(context).description ?? "", /stale \d+ s/);
    await pause(5_000);
    await cluster.startApiServer();
    const ready = performance.now();
    await until(store, () => open.condition("Pod").state === "live");
    const tookMs = performance.now() - ready;
    console.log(`      live again ${tookMs.toFixed(0)} ms after the API server was ready`);
    assert.ok(tookMs < 5_000, `${tookMs} ms`);
    const fresh = await podsNow("ml");
    await until(store, () => {
      const names = open
        .rows("Pod", "ml")
        .map((row) => row.name)
        .sort();
      return names.join() === fresh.join();
    });
  });
});
