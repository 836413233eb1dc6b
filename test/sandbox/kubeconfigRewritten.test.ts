// A forward that runs while the kubeconfig is rewritten: it leads where it did.
import assert from "node:assert/strict";
import { mkdtemp, rename, rm, unlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { parse } from "yaml";
import type { Forward } from "../../src/app/jobs/forward/forward.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { FakeApiServer } from "../io/kube/fakeApiServer.ts";
import { type Client, openSandbox } from "./support.ts";

describe("a forward while the kubeconfig is rewritten", function () {
  this.timeout(30_000);
  let client: Client;
  let elsewhere: FakeApiServer;
  let folder: string;
  let path: string;
  let clusters: Clusters;
  let forwards: Forwards;

  beforeEach(async () => {
    client = await openSandbox();
    elsewhere = new FakeApiServer();
    await elsewhere.start();
    folder = await mkdtemp(join(tmpdir(), "slipway-rewritten-"));
    path = join(folder, "config");
    await writeFile(path, client.sandbox.kubeconfig);
    clusters = new Clusters(new KubeClusters(() => [path], systemClock, silentLog), systemClock, silentLog);
    const memory = { read: () => undefined, write() {} };
    forwards = new Forwards({ clusters, clock: systemClock, log: silentLog }, memory, () => false);
  });
  afterEach(async () => {
    forwards.dispose();
    clusters.dispose();
    await client.sandbox.stop();
    await elsewhere.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Resolves when the kubeconfig was read again. */
  async function read(change: () => Promise<unknown>): Promise<void> {
    const told = new Promise<void>((resolve) => {
      const listener = clusters.changed((changes) => {
        if (!changes.some(({ what }) => what === "contexts")) return;
        listener.dispose();
        resolve();
      });
    });
    await change();
    await told;
  }

  async function ready(forward: Forward): Promise<void> {
    while (forward.state.kind !== "ready")
      await new Promise<void>((resolve) => {
        const listener = forwards.changed(() => {
          listener.dispose();
          resolve();
        });
      });
  }

  const models = async (url: string | undefined) => (await fetch(`${url}/v1/models`)).status;

  it("goes on, with its connections, when another context becomes the current one, and while there is no file", async () => {
    const localPort = 18_000 + Math.floor(Math.random() * 10_000);
    const spec = {
      context: "sandbox",
      namespace: "ml",
      kind: "Service",
      name: "qwen-server",
      port: 8000,
      localPort,
    };
    const forward = await forwards.add(spec);
    await ready(forward);
    const { url } = forward;
    const pod = forward.state.kind === "ready" ? forward.state.pod : "";
    // One that stands still in the middle of its request.
    const idle = connect(Number(new URL(url ?? "").port), "127.0.0.1");
    let closed = false;
    idle.on("close", () => (closed = true)).on("error", () => {});
    await new Promise((resolve) => idle.once("connect", resolve));
    idle.write("GET /v1/models HTTP/1.1\r\nHost: x\r\n");
    const parsed = parse(client.sandbox.kubeconfig) as Record<string, unknown[]>;
    const both = {
      ...parsed,
      clusters: [...(parsed["clusters"] ?? []), { name: "elsewhere", cluster: { server: elsewhere.url } }],
      contexts: [
        { name: "elsewhere", context: { cluster: "elsewhere", user: "" } },
        ...(parsed["contexts"] ?? []),
      ],
      "current-context": "elsewhere",
    };
    await read(async () => {
      await writeFile(`${path}.new`, `${JSON.stringify(both)}\n`);
      await rename(`${path}.new`, path);
    });
    assert.equal((await clusters.contexts()).current, "elsewhere");
    assert.equal(await models(url), 200);
    await read(() => unlink(path));
    assert.equal(await models(url), 200);
    await read(() => writeFile(path, "clusters: [\n"));
    assert.equal(await models(url), 200);
    assert.equal(closed, false, "what was under way is not torn");
    idle.write("Connection: close\r\n\r\n");
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      idle.on("data", (chunk) => (text += String(chunk)));
      idle.on("end", () => resolve(text));
    });
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.ok(forward.state.kind === "ready");
    assert.equal(forward.state.pod, pod);
    assert.equal(forward.spec.context, "sandbox");
    assert.deepEqual(elsewhere.requests, [], "nothing is sent to the new current context");
  });
});
