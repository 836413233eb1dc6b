// Forwards over a bad network: bytes in slices, a peer that has gone silent, connections by the hundred.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Forward } from "../../src/app/jobs/forward/forward.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { manualClock } from "../manualClock.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import { type Client, openSandbox } from "./support.ts";

describe("a forward over a bad network", function () {
  this.timeout(60_000);
  let client: Client;
  let proxy: FaultProxy;
  let folder = "";
  let kubeconfig = "";
  let clusters: Clusters;
  let forwards: Forwards;

  beforeEach(async () => {
    client = await openSandbox();
    const { port } = new URL(client.sandbox.url);
    proxy = await startFaultProxy({ port: Number(port) });
    folder = await mkdtemp(join(tmpdir(), "slipway-forward-"));
    kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, client.sandbox.kubeconfig.replaceAll(`:${port}`, `:${proxy.port}`));
  });
  afterEach(async () => {
    forwards.dispose();
    clusters.dispose();
    await proxy.stop();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ready(clock: Clock = systemClock): Promise<Forward> {
    clusters = new Clusters(new KubeClusters(() => [kubeconfig], clock, silentLog), clock, silentLog);
    forwards = new Forwards({ clusters, clock, log: silentLog }, { read() {}, write() {} }, () => false);
    const localPort = 18_000 + Math.floor(Math.random() * 10_000);
    const place = { context: "sandbox", namespace: "ml", kind: "Service", name: "qwen-server" };
    const forward = await forwards.add({ ...place, port: 8000, localPort });
    await until(() => forward.state.kind === "ready");
    return forward;
  }

  async function until(done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => {
      const listener = forwards.changed(() => {
        if (!done()) return;
        listener.dispose();
        resolve();
      });
    });
  }

  const digest = (text: string) => createHash("sha256").update(text).digest("hex");

  it("brings every byte in its place through slices of one to three bytes", async () => {
    const forward = await ready();
    const plain = await (await fetch(`${forward.url}/metrics`)).text();
    const expected = await (await fetch(`${forward.url}/v1/models`)).text();
    proxy.set({ kind: "slice", mostBytes: 3 });
    const all = await Promise.all(
      Array.from({ length: 4 }, async () => (await fetch(`${forward.url}/v1/models`)).text()),
    );
    assert.deepEqual(
      all.map(digest),
      Array.from({ length: 4 }, () => digest(expected)),
    );
    const prompt = "x".repeat(20_000);
    const answer = await fetch(`${forward.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "Qwen/Qwen3-8B", prompt, max_tokens: 1 }),
    });
    assert.equal(answer.status, 200);
    assert.ok(plain.length > 0 && forward.bytes.sent > 20_000);
    assert.equal(forward.state.kind, "ready");
  });

  it("finds within 30 s that the other side has gone silent, and comes back with it", async () => {
    const clock = manualClock(1_000_000);
    const turning = setInterval(() => clock.advance(100), 2);
    const forward = await ready(clock);
    const { url } = forward;
    proxy.set({ kind: "stall" });
    const stalledMs = clock.now();
    await until(() => forward.state.kind === "reconnecting");
    const seconds = (clock.now() - stalledMs) / 1000;
    assert.ok(seconds <= 30, `${seconds} s`);
    proxy.set({ kind: "none" });
    proxy.resetOpen();
    await until(() => forward.state.kind === "ready");
    clearInterval(turning);
    assert.equal(forward.url, url);
    assert.equal((await fetch(`${url}/v1/models`)).status, 200);
  });

  it("leaves no descriptor open after hundreds of connections, idle ones among them", async () => {
    const forward = await ready();
    const port = Number(new URL(forward.url ?? "").port);
    const before = await descriptors();
    const idle = await Promise.all(Array.from({ length: 200 }, () => opened(port)));
    let left = 500;
    const worker = async () => {
      while (left-- > 0) {
        const answer = await fetch(`${forward.url}/v1/models`, { headers: { connection: "close" } });
        assert.equal(answer.status, 200);
        await answer.text();
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    const closed = idle.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of idle) socket.destroy();
    await Promise.all(closed);
    forwards.remove(forward);
    await settled(before);
    const after = await descriptors();
    assert.ok(after <= before + 3, `${before} before, ${after} after`);
  });

  /** Connected, and known to the forward's side: an answer would come. */
  function opened(port: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(socket));
      socket.once("error", reject);
    });
  }

  async function descriptors(): Promise<number> {
    return (await readdir("/proc/self/fd")).length;
  }

  /** The system closes sockets in its own time; the test's limit ends the wait. */
  async function settled(most: number): Promise<void> {
    const deadline = Date.now() + 5_000;
    while ((await descriptors()) > most + 3 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
