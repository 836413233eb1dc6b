// A watch that is sent nonsense, a list that goes silent, a bug of ours in the middle of it, and a machine whose time is set.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KnownRows } from "../../../src/core/kube/knownRows.ts";
import type { ReflectorOptions } from "../../../src/io/kube/reflector.ts";
import { FakeApiServer, fakePod } from "./fakeApiServer.ts";
import { hurriedClock, isList, isWatch, Watching } from "./watching.ts";

describe("list and watch, whatever comes", () => {
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

  it("survives garbage in a watch, unknown types and changes of what is not known", async () => {
    server.put(fakePod("one"));
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    server.sendLine("pods", JSON.stringify({ type: "SURPRISE", object: null }));
    server.sendLine("pods", JSON.stringify({ type: "DELETED", object: { metadata: { uid: "nobody" } } }));
    server.sendLine("pods", '{"type":"MODIFIED","object":{"metadata":{"name":"a\u2028b","uid":"u"}}}');
    await watch.until(() => watch.names.length === 2);
    server.sendLine("pods", "{ this is no JSON");
    await watch.until(() => watch.states.some(({ state }) => state === "down"));
    const down = watch.states.find((state) => state.state === "down");
    assert.match(down?.trouble.text ?? "", /^What http\S+ sent is no answer of a Kubernetes API \(/);
    server.put(fakePod("two"));
    await watch.until(() => watch.names.includes("two"));
  });

  for (const how of ["refuses", "yes"] as const)
    it(`goes on past a bug of ours, in a row and in who is told (a server that ${how === "yes" ? "lists in a watch" : "lists in pages"})`, async () => {
      server.listsInWatches = how;
      const pod = kindNamed("Pod");
      assert.ok(pod);
      const project: typeof pod.project = (object) => {
        const row = pod.project(object);
        if (row.name === "poison") throw new TypeError("no such field");
        return row;
      };
      const known = new KnownRows();
      let isFirst = true;
      const names = () => Array.from(known.rows.values(), ({ name }) => name).sort();
      for (const name of ["one", "poison", "two"]) server.put(fakePod(name));
      const watch = start({
        kind: { ...pod, project },
        onEvents(events) {
          known.apply(events);
          if (events.some(({ type }) => type === "set") && isFirst) {
            isFirst = false;
            throw new TypeError("nobody can take that");
          }
        },
      });
      await until(() => known.isComplete && server.watcherCount === 1);
      assert.deepEqual(names(), ["one", "two"]);
      server.put(fakePod("poison"));
      server.put(fakePod("three"));
      await until(() => known.rows.size === 3);
      server.put(fakePod("four"));
      await until(() => known.rows.size === 4);
      assert.deepEqual(watch.bugs.map(String).sort(), [
        "TypeError: no such field",
        "TypeError: no such field",
        "TypeError: nobody can take that",
      ]);
      assert.ok(watch.states.every(({ state }) => state === "live"));
      assert.equal(server.watcherCount, 1, "it is the same watch");
      server.remove("Pod", "ml", "one");
      await until(() => known.rows.size === 3);
    });

  it("ends a list that has gone silent in its middle, says so and begins it anew", async () => {
    server.put(fakePod("one"));
    let isHalf = true;
    server.fault = (request, answer) => {
      if (!isList(request) || !isHalf) return false;
      isHalf = false;
      answer.writeHead(200, { "content-type": "application/json" });
      answer.write('{"kind":"PodList","metadata":{"resourceVersion":"9"},"items":[');
      return true;
    };
    const watch = start();
    await watch.until(() => watch.isLive);
    assert.deepEqual(watch.names, ["one"]);
    const why = watch.states.flatMap((one) => (one.state === "down" ? [one.trouble.text] : []));
    assert.match(
      why.join(),
      /^http:\S+ did not answer in time: check that the cluster of context dev is well\.$/,
    );
  });

  it("says that an event without end is too long, and goes on", async () => {
    server.put(fakePod("one"));
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    server.sendLine("pods", `{"type":"MODIFIED","object":{"x":"${"y".repeat(17 * 1024 * 1024)}`);
    await watch.until(() => watch.states.some(({ state }) => state === "down"));
    const down = watch.states.find((state) => state.state === "down");
    assert.equal(
      down?.trouble.text,
      `What ${server.url} sent is no answer of a Kubernetes API (A line of the stream is longer than 16 MiB): check where context dev leads, and what is on the way there.`,
    );
    assert.deepEqual(watch.names, ["one"], "what was known stays");
    server.put(fakePod("two"));
    await watch.until(() => watch.names.length === 2 && watch.isLive);
  });

  it("ends right whatever the order: doubled, unknown, versions that go back or are no numbers", async () => {
    server.put(fakePod("one"));
    const watch = start();
    await watch.until(() => server.watcherCount === 1);
    const event = (type: string, name: string, resourceVersion: unknown) =>
      JSON.stringify({
        type,
        object: {
          kind: "Pod",
          metadata: { name, namespace: "ml", uid: `uid-Pod/ml/${name}`, resourceVersion },
        },
      });
    for (const line of [
      event("ADDED", "one", "101"),
      event("ADDED", "two", "400"),
      event("ADDED", "two", "400"),
      event("MODIFIED", "three", "12"),
      event("DELETED", "four", "abc"),
      event("DELETED", "two", undefined),
      event("ADDED", "five", 17),
      event("MODIFIED", "one", "a-b.c"),
    ])
      server.sendLine("pods", line);
    await watch.until(() => watch.names.join() === "five,one,three");
    server.resetWatches();
    await until(() => watches().length === 2);
    assert.equal(watches()[1]?.query.get("resourceVersion"), "a-b.c", "a version is handed back as it came");
    assert.deepEqual(watch.bugs, []);
  });

  for (const hours of [-1, 1])
    it(`keeps its times when the machine's time is set by ${hours} h`, async () => {
      let setByMs = 0;
      const clock = { ...hurriedClock, now: () => hurriedClock.now() + setByMs };
      server.fault = (request, answer) => {
        if (!isWatch(request) || watches().length !== 2) return false;
        answer.writeHead(429, { "retry-after": "4" });
        answer.end("{}");
        return true;
      };
      const watch = start({ clock, silenceMs: () => 6_000 });
      await watch.until(() => server.watcherCount === 1);
      server.put(fakePod("one"));
      await watch.until(() => watch.names.length === 1);
      setByMs += hours * 3_600_000;
      // Its silence is noticed after 6 s all the same; the server is busy then, and asks for 4 s.
      await watch.until(() => watch.states.filter(({ state }) => state === "down").length === 2);
      setByMs += hours * 3_600_000;
      await until(() => watches().length === 3);
      assert.equal(lists().length, 1);
    });
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(done(), "waited in vain");
}
