// An API server that is stopped in the middle (SIGSTOP): connections stay, and no byte comes.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { afterEach, beforeEach, describe, it } from "mocha";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { never } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import { FakeApiServer, fakePod } from "./fakeApiServer.ts";
import { targetOf } from "./watching.ts";

const WATCHES = 10;

describe("an API server that is stopped", () => {
  let server: FakeApiServer;
  let connection: Connection;
  const states = new Map<number, string>();
  let elapsedMs = 0;
  const clock = { ...systemClock, elapsed: () => elapsedMs };

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
    mock.timers.enable({ apis: ["setTimeout"] });
    connection = new Connection(targetOf(server.url), clock, silentLog);
    const pod = kindNamed("Pod");
    assert.ok(pod);
    for (let index = 0; index < WATCHES; index++) {
      server.put(fakePod("one", `ns-${index}`));
      connection.watch(pod, `ns-${index}`, {
        onEvents() {},
        onState: ({ state }) => void states.set(index, state),
      });
    }
    await until(() => server.watcherCount === WATCHES);
  });
  afterEach(async () => {
    connection.dispose();
    mock.timers.reset();
    await server.stop();
  });

  /** Lets time pass, with turns for what comes over sockets. */
  async function pass(ms: number, look: () => void = () => {}): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      elapsedMs += 500;
      mock.timers.tick(500);
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      look();
    }
  }

  const all = (state: string) => Array.from(states.values()).every((one) => one === state);

  it("ends each call by its time limit or at once by its person, piles nothing up, and is followed again", async () => {
    const waiting = new Set<object>();
    server.fault = (_, answer) => {
      waiting.add(answer);
      answer.once("close", () => waiting.delete(answer));
      return true;
    };
    const place = { kind: kindNamed("Pod") ?? assert.fail(), namespace: "ns-1", name: "one" };
    const ends: string[] = [];
    for (let index = 0; index < 5; index++)
      connection.get(place, never()).then(
        () => ends.push("answered"),
        (error: unknown) => ends.push(Trouble.is(error) ? error.kind : String(error)),
      );
    const person = new AbortController();
    const asked = connection.get(place, person.signal);
    person.abort();
    await assert.rejects(asked, { name: "AbortError" });
    await pass(29_000);
    assert.deepEqual(ends, []);
    await pass(2_000);
    assert.deepEqual(ends, Array(5).fill("timeout"));
    let most = 0;
    await pass(300_000, () => (most = Math.max(most, waiting.size)));
    assert.ok(most >= WATCHES && most <= WATCHES + 2, `${most} requests at once`);
    assert.ok(all("down"), "rows are told to be old");
    server.fault = undefined;
    const before = elapsedMs;
    while (!(all("live") && server.watcherCount === WATCHES)) {
      await pass(500);
      assert.ok(elapsedMs - before < 40_000, "it is not followed again");
    }
  });
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!done() && Date.now() < end) await new Promise(setImmediate);
  assert.ok(done(), "waited in vain");
}
