// Faults on purpose: what a test can make the sandbox do wrong.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { Trouble } from "../../src/base/trouble.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { manualClock } from "../manualClock.ts";
import { type Client, LineStream, openSandbox } from "./support.ts";
import { TestSocket } from "./webSocketClient.ts";

describe("the sandbox's faults", () => {
  const clock = manualClock(Date.UTC(2026, 0, 5, 12));
  let client: Client;
  before(async () => {
    client = await openSandbox(clock);
  });
  after(() => client.sandbox.stop());

  it("answers the next requests of a path as told, then as always", async () => {
    client.sandbox.faults.fail({
      path: "/api/v1/nodes",
      status: 429,
      reason: "TooManyRequests",
      times: 2,
      headers: { "retry-after": "1" },
    });
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await client.get("/api/v1/nodes?limit=1")).status);
    assert.deepEqual(statuses, [429, 429, 200]);
  });

  it("answers with any text, after a while", async () => {
    client.sandbox.faults.fail({
      path: /\/pods\?watch=/,
      status: 502,
      body: "<html>bad gateway</html>",
      delayMs: 5_000,
    });
    const asked = client.get("/api/v1/pods?watch=1");
    await waitFor(() => (client.sandbox.faults.requests.get("GET /api/v1/pods") ?? 0) > 0);
    clock.advance(5_000);
    assert.deepEqual([(await asked).status, (await asked).text], [502, "<html>bad gateway</html>"]);
  });

  it("takes a rule back", async () => {
    client.sandbox.faults.fail({ path: "/version", status: 500 }).dispose();
    assert.equal((await client.get("/version")).status, 200);
  });

  it("cuts watches only", async () => {
    const watch = await LineStream.open(`${client.sandbox.url}/api/v1/nodes?watch=1`);
    await watch.event();
    assert.equal(client.sandbox.faults.reset("watch"), 1);
    await assert.rejects(async () => {
      while ((await watch.line()) !== undefined);
    });
  });

  it("refuses an upgrade as told", async () => {
    client.sandbox.faults.fail({ path: /\/portforward/, status: 403, reason: "Forbidden" });
    const pods = await client.get("/api/v1/namespaces/ml/pods?labelSelector=app%3Dqwen-server");
    const url = `${client.sandbox.url}/api/v1/namespaces/ml/pods/${pods.body.text("items.0.metadata.name")}/portforward`;
    await assert.rejects(TestSocket.open(url, ["SPDY/3.1+portforward.k8s.io"]), /refused/);
    const again = await TestSocket.open(url, ["SPDY/3.1+portforward.k8s.io"]);
    assert.equal(client.sandbox.faults.reset("forward"), 1);
    assert.equal(await again.closed(), 1006);
  });

  it("drops the whole API for a while, and comes back", async () => {
    client.sandbox.faults.drop(3_000);
    await assert.rejects(fetch(`${client.sandbox.url}/version`));
    clock.advance(3_000);
    assert.equal((await client.get("/version")).status, 200);
  });

  it("makes every continue token too old", async () => {
    const { body } = await client.get("/api/v1/pods?limit=2");
    client.sandbox.faults.expire();
    const next = await client.get(`/api/v1/pods?limit=2&continue=${body.text("metadata.continue")}`);
    assert.deepEqual([next.status, next.body.text("reason")], [410, "Expired"]);
  });

  it("says in one sentence that its port is taken", async () => {
    await assert.rejects(startSandbox({ port: client.sandbox.port }), (error) => {
      assert.ok(Trouble.is(error, "conflict"));
      assert.match(error.text, /^Port \d+ is taken: give the sandbox another one/);
      return true;
    });
  });

  async function waitFor(check: () => boolean): Promise<void> {
    while (!check()) await new Promise((resolve) => setImmediate(resolve));
  }
});
