// List and watch against a scripted server: whatever goes wrong, the rows end up as the server has them.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { ReflectorOptions } from "../../../src/io/kube/reflector.ts";
import { FakeApiServer, fakePod, sendStatus } from "./fakeApiServer.ts";
import { isList, isWatch, Watching } from "./watching.ts";

describe("list and watch", () => {
  let server: FakeApiServer;
  let watching: Watching | undefined;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
  });
  afterEach(async () => {
    watching?.dispose();
    await server.stop();
  });

  function start(options: Partial<ReflectorOptions> = {}): Watching {
    watching = new Watching(server, options);
    return watching;
  }

  const lists = () => server.requests.filter(isList);
  const watches = () => server.requests.filter(isWatch);

  it("lists in pages, then watches from the list's version with bookmarks and a time limit", async () => {
    for (let index = 0; index < 25; index++) server.put(fakePod(`pod-${index}`));
    const watch = start({ pageSize: 10 });
    await watch.until(() => watch.isLive && server.watcherCount === 1);
    assert.equal(watch.names.length, 25);
    assert.deepEqual(
      lists().map(({ query: asked }) => [
        asked.get("limit"),
        asked.get("continue"),
        asked.get("resourceVersion"),
      ]),
      // A page that goes on must not name a version: the server refuses both together.
      [
        ["10", null, "0"],
        ["10", "10", null],
        ["10", "20", null],
      ],
    );
    const query = watches()[0]?.query;
    assert.equal(query?.get("resourceVersion"), "125");
    assert.equal(query?.get("allowWatchBookmarks"), "true");
    assert.equal(query?.get("timeoutSeconds"), "440");
  });

  it("lists by a watch that begins with what is there, where the server does that", async () => {
    server.listsInWatches = "yes";
    for (let index = 0; index < 25; index++) server.put(fakePod(`pod-${index}`));
    const watch = start();
    await watch.until(() => watch.isLive);
    assert.equal(watch.names.length, 25);
    server.remove("Pod", "ml", "pod-7");
    await watch.until(() => watch.names.length === 24);
    assert.equal(server.requests.length, 1);
    const asked = Object.fromEntries(server.requests[0]?.query ?? []);
    assert.deepEqual(
      [asked["sendInitialEvents"], asked["resourceVersionMatch"], asked["resourceVersion"]],
      ["true", "NotOlderThan", "0"],
    );
    server.resetWatches();
    server.put(fakePod("late"));
    await watch.until(() => watch.names.length === 25);
    assert.equal(server.requests[1]?.query.get("resourceVersion"), "126", "it goes on from the last change");
    // What it knows is too old: it begins anew, and not with what a cache may have.
    server.remove("Pod", "ml", "late");
    server.forgetHistory();
    server.resetWatches();
    await watch.until(() => watch.names.length === 24 && watch.isLive);
    const anew = server.requests.filter(({ query }) => query.has("sendInitialEvents"));
    assert.deepEqual(
      anew.map(({ query }) => query.get("resourceVersion")),
      ["0", ""],
    );
    assert.equal(lists().length, 0);
  });

  for (const answer of ["refuses", "ignores"] as const)
    it(`lists in pages where a server ${answer} that, and asks it no more`, async () => {
      server.listsInWatches = answer;
      server.put(fakePod("one"));
      const watch = start();
      await watch.until(() => watch.isLive);
      assert.deepEqual(watch.names, ["one"]);
      server.remove("Pod", "ml", "one");
      server.put(fakePod("two"));
      server.forgetHistory();
      server.resetWatches();
      await watch.until(() => watch.names.join() === "two" && watch.isLive);
      assert.equal(lists().length, 2);
      const asked = server.requests.filter(({ query }) => query.has("sendInitialEvents"));
      assert.equal(asked.length, 1);
    });

  it("lists for a person who may list and not watch, and says so", async () => {
    server.listsInWatches = "yes";
    server.put(fakePod("one"));
    server.fault = ({ query }, answer) => {
      if (query.has("watch")) sendStatus(answer, 403, "Forbidden", 'User "me" cannot watch');
      return query.has("watch");
    };
    const watch = start();
    await watch.until(() => watch.states.some(({ state }) => state === "blocked"));
    assert.deepEqual(watch.names, ["one"]);
    assert.equal(lists().length, 1);
  });

  it("shows no half of what is there as all of it when the watch is cut", async () => {
    server.listsInWatches = "yes";
    server.put(fakePod("one"));
    let cuts = 0;
    server.fault = ({ query }, answer) => {
      if (!query.has("sendInitialEvents") || cuts > 0) return false;
      cuts += 1;
      answer.writeHead(200, { "content-type": "application/json" });
      const half = { type: "ADDED", object: fakePod("half") };
      answer.write(`${JSON.stringify(half)}\n`, () => answer.socket?.resetAndDestroy());
      return true;
    };
    const watch = start();
    await watch.until(() => watch.isLive);
    assert.deepEqual(watch.names, ["one"]);
    assert.ok(watch.states.some(({ state }) => state === "down"));
    assert.equal(lists().length, 0);
  });

  it("adds, changes and takes away rows as the watch says", async () => {
    server.put(fakePod("one"));
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    server.put(fakePod("two"));
    server.remove("Pod", "ml", "one");
    await watch.until(() => watch.names.join() === "two");
  });

  it("takes the server's cache for its first list, and never again: rows must not go back in time", async () => {
    const watch = start();
    server.put(fakePod("one"));
    await watch.until(() => server.watcherCount === 1);
    server.resetWatches();
    server.put(fakePod("two"));
    server.forgetHistory();
    await watch.until(() => watch.names.join() === "one,two");
    assert.deepEqual(
      lists().map((one) => one.query.get("resourceVersion")),
      ["0", null],
    );
  });

  it("goes on from the last version after a reset, without a new list", async () => {
    server.put(fakePod("one"));
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    server.put(fakePod("two"));
    await watch.until(() => watch.names.length === 2);
    server.resetWatches();
    server.put(fakePod("three"));
    await watch.until(() => watch.names.length === 3);
    assert.equal(lists().length, 1);
    assert.equal(watches()[1]?.query.get("resourceVersion"), "102");
    assert.deepEqual(watch.changes.map((change) => change.uid).length, 3, "nothing came twice");
  });

  it("goes on from a bookmark's version", async () => {
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    const bookmark = { type: "BOOKMARK", object: { kind: "Pod", metadata: { resourceVersion: "170" } } };
    server.sendLine("pods", JSON.stringify(bookmark));
    server.put(fakePod("seen", "ml", { metadata: { name: "seen", namespace: "ml" } }));
    await watch.until(() => watch.names.length === 1);
    server.sendLine("pods", JSON.stringify(bookmark));
    // The bookmark has been read once what follows it has been.
    server.sendLine(
      "pods",
      JSON.stringify({
        type: "DELETED",
        object: { kind: "Pod", metadata: { uid: "uid-Pod/ml/seen", resourceVersion: "171" } },
      }),
    );
    await watch.until(() => watch.names.length === 0);
    server.resetWatches();
    await until(() => watches().length === 2);
    assert.equal(watches()[1]?.query.get("resourceVersion"), "171");
  });

  it("lists again after 410 as an event, and drops what vanished meanwhile", async () => {
    server.put(fakePod("one"));
    server.put(fakePod("two"));
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    server.resetWatches();
    server.remove("Pod", "ml", "one");
    server.put(fakePod("three"));
    server.forgetHistory();
    await watch.until(() => watch.names.join() === "three,two");
    assert.equal(lists().length, 2);
  });

  it("lists again after 410 as an answer", async () => {
    server.put(fakePod("one"));
    let refused = false;
    server.fault = (request, answer) => {
      if (!isWatch(request) || refused) return false;
      refused = true;
      server.remove("Pod", "ml", "one");
      sendStatus(answer, 410, "Expired", "too old");
      return true;
    };
    const watch = start();
    await watch.until(() => watch.known.isComplete && watch.names.length === 0);
    await until(() => server.watcherCount === 1);
    assert.equal(lists().length, 2);
  });

  it("begins a list anew when its continue token has expired", async () => {
    for (let index = 0; index < 15; index++) server.put(fakePod(`pod-${index}`));
    let refused = false;
    server.fault = (request, answer) => {
      if (request.query.get("continue") !== "10" || refused) return false;
      refused = true;
      // What the first page has shown is gone by now.
      server.remove("Pod", "ml", "pod-0");
      sendStatus(answer, 410, "Expired", "The provided continue parameter is too old");
      return true;
    };
    const watch = start({ pageSize: 10 });
    await watch.until(() => watch.isLive);
    assert.equal(watch.names.length, 14);
    assert.ok(!watch.names.includes("pod-0"));
  });

  it("never takes a list that was cut for a whole one", async () => {
    server.put(fakePod("one"));
    server.put(fakePod("two"));
    let cut = false;
    server.fault = (request, answer) => {
      if (!isList(request) || cut) return false;
      cut = true;
      answer.writeHead(200, { "content-type": "application/json", "content-length": "500" });
      answer.write(
        '{"kind":"PodList","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"one","uid":"x"}}',
      );
      setImmediate(() => answer.destroy());
      return true;
    };
    const watch = start();
    await watch.until(() => watch.states.some((state) => state.state === "down"));
    assert.equal(watch.known.isComplete, false);
    await watch.until(() => watch.isLive);
    assert.deepEqual(watch.names, ["one", "two"]);
  });

  it("reads a list in gzip, and never takes one that was cut for a whole one", async () => {
    const body = JSON.stringify({
      kind: "PodList",
      metadata: { resourceVersion: "100" },
      items: Array.from({ length: 2000 }, (_, index) =>
        fakePod(`pod-${index}`, "ml", { metadata: { name: `pod-${index}`, uid: `u${index}` } }),
      ),
    });
    const packed = gzipSync(body);
    let times = 0;
    server.fault = (request, answer) => {
      if (!isList(request)) return false;
      assert.equal(request.headers["accept-encoding"], undefined, "packing costs more than loopback does");
      answer.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      answer.end(times++ === 0 ? packed.subarray(0, packed.length / 2) : packed);
      return true;
    };
    const watch = start();
    await watch.until(() => watch.states.some((state) => state.state === "down"));
    assert.equal(watch.known.isComplete, false);
    await watch.until(() => watch.isLive);
    assert.equal(watch.names.length, 2000);
  });

  for (const [what, page, why] of [
    ["HTML", "<html><body>Sign in to the hotel's network</body></html>", "it is no JSON"],
    ["something else in JSON", '{"login":"https://hotel.test"}', "it is no list"],
  ] as const)
    it(`does not take a page of ${what} for a list, and says so`, async () => {
      server.put(fakePod("one"));
      let pages = 0;
      server.fault = (request, answer) => {
        if (!isList(request) || pages-- <= 0) return false;
        answer.end(page);
        return true;
      };
      const watch = start();
      await until(() => server.watcherCount === 1);
      pages = 1;
      server.forgetHistory();
      server.resetWatches();
      await watch.until(() => watch.states.filter(({ state }) => state === "down").length >= 2);
      assert.deepEqual(watch.names, ["one"], "what was known stays");
      const down = watch.states.findLast((state) => state.state === "down");
      assert.equal(
        down?.trouble.text,
        `What ${server.url} sent is no answer of a Kubernetes API (${why}): check where context dev leads, and what is on the way there.`,
      );
      await watch.until(() => watch.isLive);
    });

  it("rests when it may not list, and does not ask again", async () => {
    server.fault = (request, answer) => {
      if (!isList(request)) return false;
      sendStatus(answer, 403, "Forbidden", 'pods is forbidden: User "me" cannot list');
      return true;
    };
    const watch = start();
    await watch.until(() => watch.states.length > 0);
    const [state] = watch.states;
    assert.ok(state?.state === "blocked");
    assert.equal(state.trouble.kind, "denied");
    assert.equal(
      state.trouble.text,
      "Context dev may not list pods in all namespaces: ask the cluster's administrator for that right.",
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(lists().length, 1);
  });

  it("waits as long as a busy server asks", async () => {
    let busyAt = 0;
    server.fault = (request, answer) => {
      if (!isList(request) || busyAt > 0) return false;
      busyAt = Date.now();
      answer.writeHead(429, { "retry-after": "4" });
      answer.end("{}");
      return true;
    };
    const watch = start();
    await watch.until(() => watch.isLive);
    // The clock of this test runs twenty times as fast.
    assert.ok(Date.now() - busyAt >= 195, `${Date.now() - busyAt} ms`);
    assert.equal(lists().length, 2);
  });

  it("does not ask without end where watches end at once", async () => {
    let ended = 0;
    server.fault = (request, answer) => {
      if (!isWatch(request) || ended >= 4) return false;
      ended++;
      answer.end();
      return true;
    };
    const started = Date.now();
    const watch = start();
    await watch.until(() => watch.isLive);
    await until(() => server.watcherCount === 1);
    // 0.6 + 1.2 + 2.4 + 4.8 s, twenty times as fast.
    assert.ok(Date.now() - started >= 400, `${Date.now() - started} ms`);
  });

  it("ends a watch that has gone silent and goes on", async () => {
    const watch = start({ silenceMs: () => 2_000 });
    await watch.until(() => server.watcherCount === 1);
    await until(() => watches().length === 2);
    assert.equal(lists().length, 1);
  });

  it("ends when it is disposed: no watch is left on the server", async () => {
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    watch.dispose();
    await until(() => server.watcherCount === 0);
  });
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(done(), "waited in vain");
}
