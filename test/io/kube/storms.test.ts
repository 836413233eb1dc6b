// Many watches of one cluster that break together: they come back in turns, and ask little while it is ill.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { Connection } from "../../../src/io/kube/connection.ts";
import { type ManualClock, manualClock } from "../../manualClock.ts";
import { FakeApiServer, fakePod, type SeenRequest, sendStatus } from "./fakeApiServer.ts";
import { targetOf } from "./watching.ts";

describe("many watches of one cluster", () => {
  let server: FakeApiServer;
  let connection: Connection;
  let clock: ManualClock;
  let states: Map<number, string>;
  let turning: NodeJS.Timeout | undefined;

  beforeEach(async () => {
    clock = manualClock(1_000);
    server = new FakeApiServer();
    await server.start();
    connection = new Connection(targetOf(server.url), clock, silentLog);
    states = new Map();
  });
  afterEach(async () => {
    clearInterval(turning);
    connection.dispose();
    await server.stop();
  });

  async function watching(count: number): Promise<void> {
    const pod = kindNamed("Pod");
    assert.ok(pod);
    for (let index = 0; index < count; index++) {
      server.put(fakePod("one", `ns-${index}`));
      connection.watch(pod, `ns-${index}`, {
        onEvents() {},
        onState: ({ state }) => void states.set(index, state),
      });
    }
    // Each knows that its watch stands, and looks whether it goes silent.
    await until(() => server.watcherCount === count && clock.waiting().length >= count);
  }

  const isProbe = ({ path }: SeenRequest) => path === "/readyz";
  const allAre = (state: string) => Array.from(states.values()).every((one) => one === state);

  for (const [how, happens] of [
    ["broke at the same moment, as after a sleep", () => server.resetWatches()],
    ["are found silent at the same moment, as after ten minutes of sleep", () => clock.advance(600_000)],
  ] as const)
    it(`come back one after the other when they ${how}`, async () => {
      await watching(100);
      const quiet = clock.waiting().length;
      const before = server.requests.length;
      happens();
      await until(() => allAre("down") && clock.waiting().length >= 100);
      const waits = clock
        .waiting()
        .filter((ms) => ms < 100_000)
        .sort((one, other) => one - other);
      assert.ok(waits.length >= 100, `${waits.length} of ${quiet}`);
      assert.ok((waits[0] ?? 0) >= 400 && (waits[3] ?? 0) <= 1_200, "the first are as quick as one alone");
      for (const from of waits) {
        const together = waits.filter((ms) => ms >= from && ms < from + 1_000).length;
        assert.ok(together <= 35, `${together} within a second`);
      }
      assert.ok((waits.at(-1) ?? 0) <= 6_000, `${waits.at(-1)} ms`);
      clock.advance(6_000);
      await until(() => server.watcherCount === 100 && allAre("live"));
      const again = server.requests.slice(before).filter((one) => !isProbe(one));
      assert.equal(again.length, 100, "each asks once, and lists nothing anew");
    });

  for (const status of [500, 503, 504])
    it(`ask an ill server (${status}) once a second at most, and are back 5 s after it is well`, async () => {
      await watching(10);
      let isIll = true;
      let probes = 0;
      server.fault = (request, answer) => {
        if (!isIll) return false;
        if (request.path === "/readyz") probes += 1;
        sendStatus(answer, status, "InternalError", "etcdserver: leader changed");
        return true;
      };
      const before = server.requests.length;
      const started = clock.now();
      server.resetWatches();
      turning = setInterval(() => clock.advance(50), 1);
      await until(() => clock.now() - started >= 100_000);
      const asked = server.requests.length - before;
      assert.ok(asked <= 100, `${asked} requests in 100 s`);
      assert.ok(probes > 20, "a small question tells when it is well");
      assert.ok(allAre("down"));
      isIll = false;
      const wellMs = clock.now();
      await until(() => allAre("live") && server.watcherCount === 10);
      assert.ok(clock.now() - wellMs <= 5_500, `${clock.now() - wellMs} ms`);
    });

  for (const status of [500, 503, 504])
    it(`stop asking after five failures (${status}) and let a small question look, however many they are`, async () => {
      await watching(50);
      let isIll = true;
      server.fault = (_, answer) => {
        if (isIll) sendStatus(answer, status, "InternalError", "etcdserver: no leader");
        return isIll;
      };
      const before = server.requests.length;
      const since = () => server.requests.slice(before);
      const started = clock.now();
      server.resetWatches();
      turning = setInterval(() => clock.advance(10), 1);
      await until(() => clock.now() - started >= 8_000);
      const first = since();
      const five = first.findIndex(
        (_, index) => first.slice(0, index).filter((one) => !isProbe(one)).length === 5,
      );
      const late = first.slice(five).filter((one) => !isProbe(one)).length;
      // Some were on their way when the fifth failed.
      assert.ok(five > 0 && late <= 15, `${late} requests after the fifth`);
      turning = turnedFaster();
      await until(() => clock.now() - started >= 100_000);
      const all = since();
      assert.ok(all.length <= 100, `${all.length} requests in 100 s`);
      assert.ok(all.filter(isProbe).length > 20, "a small question looks");
      // One at a time tries all the same, in case that it is the small question that is wrong.
      const trials = all.filter((one) => !isProbe(one)).length - five - late;
      assert.ok(trials > 0 && trials <= 10, `${trials} trials`);
      assert.ok(allAre("down"));
      isIll = false;
      const wellMs = clock.now();
      await until(() => allAre("live") && server.watcherCount === 50);
      assert.ok(clock.now() - wellMs <= 7_000, `${clock.now() - wellMs} ms`);
    });

  it("believe no small question that says all is well while nothing else is", async () => {
    await watching(50);
    let isIll = true;
    server.fault = (request, answer) => {
      const fails = isIll && !isProbe(request);
      if (fails) sendStatus(answer, 503, "ServiceUnavailable", "no");
      return fails;
    };
    const before = server.requests.length;
    const started = clock.now();
    server.resetWatches();
    turning = turnedFaster();
    await until(() => clock.now() - started >= 100_000);
    const asked = server.requests.length - before;
    assert.ok(asked <= 100, `${asked} requests in 100 s`);
    isIll = false;
    const wellMs = clock.now();
    await until(() => allAre("live") && server.watcherCount === 50);
    assert.ok(clock.now() - wellMs <= 30_000, `${clock.now() - wellMs} ms`);
  });

  it("are told by one that gets through, where the small question is what fails", async () => {
    await watching(50);
    let isIll = true;
    server.fault = (request, answer) => {
      const fails = isIll || isProbe(request);
      if (fails) sendStatus(answer, 503, "ServiceUnavailable", "no");
      return fails;
    };
    const started = clock.now();
    server.resetWatches();
    turning = turnedFaster();
    await until(() => clock.now() - started >= 60_000);
    isIll = false;
    const wellMs = clock.now();
    await until(() => allAre("live") && server.watcherCount === 50);
    assert.ok(clock.now() - wellMs <= 30_000, `${clock.now() - wellMs} ms`);
  });

  /** 50 ms of the clock each millisecond, with turns for what comes over sockets. */
  function turnedFaster(): NodeJS.Timeout {
    clearInterval(turning);
    return setInterval(() => clock.advance(50), 1);
  }
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.ok(done(), "waited in vain");
}
