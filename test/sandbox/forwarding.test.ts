// Forwards as a person makes them, against the sandbox: what comes through, and what becomes of it when the
// pod, the API server or the other side goes away.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Forward } from "../../src/app/jobs/forward/forward.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { forwardRow } from "../../src/ui/rows/endpoints/row.ts";
import { type Client, openSandbox } from "./support.ts";

describe("a forward", function () {
  this.timeout(30_000);
  let client: Client;
  let folder = "";
  let clusters: Clusters;
  let forwards: Forwards;
  let remembered: unknown;

  beforeEach(async () => {
    client = await openSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-forward-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, client.sandbox.kubeconfig);
    clusters = new Clusters(new KubeClusters(() => [path], systemClock, silentLog), systemClock, silentLog);
    const memory = { read: () => remembered, write: (value: unknown) => void (remembered = value) };
    const world = { clusters, clock: systemClock, log: silentLog };
    forwards = new Forwards(world, memory, () => false);
  });
  afterEach(async () => {
    forwards.dispose();
    clusters.dispose();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
    remembered = undefined;
  });

  const spec = (kind: string, name: string, port = 8000) => ({
    context: "sandbox",
    namespace: "ml",
    kind,
    name,
    port,
    localPort: 18_000 + Math.floor(Math.random() * 10_000),
  });

  async function until(forward: Forward, done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => {
      const listener = forwards.changed(() => {
        if (!done()) return;
        listener.dispose();
        resolve();
      });
    });
    assert.ok(forward);
  }
  const ready = (forward: Forward) => until(forward, () => forward.state.kind === "ready");
  const server = async () => {
    const found = await client.get("/api/v1/namespaces/ml/pods?labelSelector=app%3Dqwen-server");
    return found.body.text("items.0.metadata.name");
  };

  for (const kind of ["Service", "Deployment"]) {
    it(`to a ${kind} answers on loopback`, async () => {
      const forward = await forwards.add(spec(kind, "qwen-server", 8000));
      await ready(forward);
      const answer = await fetch(`${forward.url}/v1/models`);
      assert.equal(answer.status, 200);
      assert.match(forward.url ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
      assert.ok(forward.bytes.received > 100 && forward.bytes.sent > 30);
    });
  }

  it("finds the replacement of its pod, keeps the port, and lets connections wait meanwhile", async () => {
    const name = await server();
    const forward = await forwards.add(spec("Pod", name));
    await ready(forward);
    const { url } = forward;
    await client.send("DELETE", `/api/v1/namespaces/ml/pods/${name}`, { gracePeriodSeconds: 0 });
    const away = until(forward, () => forward.state.kind !== "ready");
    await away;
    const answer = await fetch(`${url}/v1/models`);
    assert.equal(answer.status, 200);
    await ready(forward);
    assert.equal(forward.url, url);
    assert.ok(forward.state.kind === "ready" && forward.state.pod !== name);
  });

  it("comes back when its connection is reset", async () => {
    const forward = await forwards.add(spec("Service", "qwen-server", 8000));
    await ready(forward);
    const idle = connect(Number(new URL(forward.url ?? "").port), "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    idle.write("GET /v1/mod");
    await until(forward, () => forward.bytes.sent > 0);
    const cut = new Promise<unknown>((resolve) => idle.once("error", resolve));
    client.sandbox.faults.reset("forward");
    // What was under way is reset, so that nobody waits for an answer that won't come.
    assert.equal(((await cut) as NodeJS.ErrnoException).code, "ECONNRESET");
    const answer = await fetch(`${forward.url}/v1/models`);
    assert.equal(answer.status, 200);
  });

  it("takes the next free port when its own is taken, and says so", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const forward = await forwards.add({ ...spec("Service", "qwen-server", 8000), localPort: port });
    await ready(forward);
    assert.ok(forward.movedTo !== undefined && forward.movedTo > port);
    assert.match(forwardRow(forward).tooltip ?? "", new RegExp(`Local port ${port} is taken`));
    taken.close();
  });

  it("says that nothing listens, once, and goes on", async () => {
    const forward = await forwards.add(spec("Deployment", "qwen-server", 9));
    await ready(forward);
    await assert.rejects(fetch(`${forward.url}/`));
    await until(forward, () => forward.note !== undefined);
    assert.match(forward.note ?? "", /^Nothing listens on port 9 in pod qwen-server-.*: wait until/);
    assert.equal(forward.state.kind, "ready");
  });

  it("gives the answer that comes after the client has said all it has to say", async () => {
    const forward = await forwards.add(spec("Service", "qwen-server", 8000));
    await ready(forward);
    const socket: Socket = connect({
      port: Number(new URL(forward.url ?? "").port),
      host: "127.0.0.1",
      allowHalfOpen: true,
    });
    socket.end("GET /v1/models HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n");
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    assert.match(text, /^HTTP\/1\.1 200 OK/);
  });

  it("says why it can't be: a right that is missing, a thing that is not there", async () => {
    client.sandbox.faults.fail({ path: /portforward/, status: 403, reason: "Forbidden", times: 5 });
    const refused = await forwards.add(spec("Service", "qwen-server", 8000));
    await until(refused, () => refused.state.kind === "failed");
    assert.match(
      forwardRow(refused).description ?? "",
      /^failed · Context sandbox may not forward port 8000 of pod/,
    );
    const missing = await forwards.add(spec("Service", "nobody"));
    assert.match(
      forwardRow(missing).description ?? "",
      /^failed · Could not read Service nobody .*not there any more/,
    );
  });

  it("is listed in the next window, stopped", async () => {
    const forward = await forwards.add(spec("Service", "qwen-server", 8000));
    await ready(forward);
    const world = { clusters, clock: systemClock, log: silentLog };
    const kept = JSON.parse(JSON.stringify(remembered)) as unknown;
    const next = new Forwards(world, { read: () => kept, write() {} }, () => false);
    next.restore();
    assert.deepEqual(
      next.all.map((one) => [one.spec.name, one.state.kind]),
      [["qwen-server", "stopped"]],
    );
    next.dispose();
  });
});
