// A machine that sleeps, as a process that is really stopped: its watches come back one after the other when it goes on.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { FakeApiServer, fakePod, type SeenRequest } from "./fakeApiServer.ts";

const WATCHES = 100;

describe("a process with many watches that is stopped for a while", function () {
  this.timeout(60_000);
  let server: FakeApiServer;
  let child: ChildProcess | undefined;
  let times: number[];

  beforeEach(async () => {
    times = [];
    server = new FakeApiServer();
    server.listsInWatches = "yes";
    server.put(fakePod("one", "ns-1"));
    await server.start();
  });
  afterEach(async () => {
    child?.kill("SIGKILL");
    await server.stop();
  });

  it("asks for them over some five seconds when it goes on, and lists nothing anew", async () => {
    const program = join(import.meta.dirname, "manyWatches.ts");
    child = fork(program, [server.url, String(WATCHES)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await until(() => server.watcherCount === WATCHES, 30_000);
    // A watch that lived for a second was well.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const asked: SeenRequest[] = [];
    child.kill("SIGSTOP");
    // Its connections end while it can't hear of that.
    server.resetWatches();
    server.fault = (request) => {
      asked.push(request);
      times.push(performance.now());
      return false;
    };
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(times, []);
    const started = performance.now();
    child.kill("SIGCONT");
    await until(() => server.watcherCount === WATCHES, 30_000);
    const first = (times[0] ?? 0) - started;
    const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
    const most = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length),
    );
    console.log(
      `      first after ${first.toFixed(0)} ms, all over ${spread.toFixed(0)} ms, ${most} in a second at most`,
    );
    assert.equal(asked.filter(({ query }) => query.has("watch")).length, WATCHES);
    assert.deepEqual(
      asked.filter(({ query }) => !query.has("watch") || query.has("sendInitialEvents")),
      [],
    );
    assert.ok(first < 3_000, `${first} ms`);
    assert.ok(spread > 3_000 && spread < 10_000, `${spread} ms`);
    assert.ok(most <= 50, `${most} in a second`);
    const gone = once(child, "exit");
    child.disconnect();
    await gone;
  });
});

async function until(done: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(done(), "waited in vain");
}
