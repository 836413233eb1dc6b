// A network that swallows everything without a word, from the silent watch to what a person sees of it, and back.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { type FaultProxy, startFaultProxy } from "../../support/faultProxy.ts";
import { type ManualClock, manualClock } from "../../manualClock.ts";
import { fakePod } from "../../io/kube/fakeApiServer.ts";
import { NOW, type TreeWorld, treeWorld } from "./treeWorld.ts";

/** Bookmarks come about once a minute: two that did not come are enough. */
const NOTICED_MS = 150_000;

describe("a network that swallows everything", function () {
  this.timeout(30_000);
  let world: TreeWorld;
  let proxy: FaultProxy | undefined;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = manualClock(NOW);
    const via = async (server: string) => {
      proxy = await startFaultProxy({ port: Number(new URL(server).port) });
      return `http://127.0.0.1:${proxy.port}`;
    };
    world = await treeWorld({ clock, via });
    world.server.put({ kind: "Namespace", metadata: { name: "ml" }, status: { phase: "Active" } });
    world.server.put(fakePod("one"));
  });
  afterEach(async () => {
    await world.stop();
    await proxy?.stop();
  });

  /** Turns the clock a little at a time, with turns for what comes over sockets, until it is so. */
  async function until(done: () => boolean | Promise<boolean>, stepMs = 20): Promise<void> {
    const end = Date.now() + 15_000;
    while (!(await done())) {
      assert.ok(Date.now() < end, `waited in vain: ${done.toString()}`);
      clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  it("is noticed after 150 s: rows stay and are marked with their age, and heal when it is over", async () => {
    const { tree, app, server } = world;
    const [context] = await tree.children(undefined);
    assert.ok(context);
    const opening = tree.children(context);
    await until(() => app.clusters.get("dev")?.condition("Namespace").state === "live");
    await opening;
    const namespace = (await tree.children(context)).find((node) => tree.row(node).label === "ml");
    assert.ok(namespace);
    let isRead = false;
    const reading = tree.children(namespace).then(() => (isRead = true));
    const cluster = app.clusters.get("dev");
    const stateOf = () => cluster?.condition("Pod").state;
    await until(() => isRead);
    await reading;
    assert.equal(cluster?.worst().state, "live");
    const shown = async () => (await tree.children(namespace)).map((node) => tree.row(node).label);
    assert.deepEqual(await shown(), ["one"]);
    const description = () => tree.row(context).description ?? "";
    assert.equal(description(), "current");
    const watches = server.watcherCount;
    const before = server.requests.length;
    proxy?.set({ kind: "stall" });
    // What happens now nobody is told.
    server.put(fakePod("two"));
    const silentMs = clock.now();
    clock.advance(NOTICED_MS - 5_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(stateOf(), "live", "two bookmarks may be late");
    await until(() => stateOf() === "stale", 100);
    assert.ok(clock.now() - silentMs <= NOTICED_MS + 1_000, `${clock.now() - silentMs} ms`);
    const noticedMs = clock.now();
    assert.match(description(), /^current · stale \d+ s$/);
    assert.match(tree.row(namespace).description ?? "", /^stale \d+ s$/);
    assert.match(
      tree.row(context).tooltip ?? "",
      /did not answer in time: check that the cluster of context dev is well/,
    );
    assert.deepEqual(await shown(), ["one"]);
    // The age goes on by itself, also on the screen.
    let fired = 0;
    const listener = tree.changed((nodes) => void (fired += nodes?.includes(context) ? 1 : 0));
    await until(() => clock.now() - noticedMs >= 42_000, 500);
    listener.dispose();
    assert.match(description(), /^current · stale 4\d s$/);
    assert.ok(fired >= 20, `${fired} times`);
    proxy?.set({ kind: "none" });
    const overMs = clock.now();
    await until(async () => stateOf() === "live" && (await shown()).join() === "one,two");
    await until(() => cluster?.worst().state === "live");
    assert.ok(clock.now() - overMs <= 60_000, `${clock.now() - overMs} ms`);
    assert.equal(description(), "current");
    const again = server.requests.slice(before).filter(({ query }) => query.has("watch"));
    assert.equal(again.length, watches, "each kind is watched once more, from where it stopped");
  });
});
