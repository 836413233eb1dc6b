// A window that is closed while it is at work: everything ends at once, and nothing of it is left.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { Disposables } from "../../src/base/disposables.ts";
import { silentLog } from "../../src/base/log.ts";
import { isAbort, never } from "../../src/base/signal.ts";
import { Docker } from "../../src/io/docker/docker.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { commandLinesWith } from "../support/command.ts";
import { type FaultProxy, startFaultProxy } from "../support/faultProxy.ts";
import { type Client, openSandbox } from "./support.ts";

const WATCHES = 20;
const FORWARDS = 5;
/** What a window gives an extension. */
const LIMIT_MS = 2_000;

describe("a window that is closed", function () {
  this.timeout(60_000);
  let client: Client;
  let proxy: FaultProxy;
  let folder: string;

  beforeEach(async () => {
    client = await openSandbox();
    const server = /server: (\S+)/.exec(client.sandbox.kubeconfig)?.[1] ?? "";
    proxy = await startFaultProxy({ port: Number(new URL(server).port) });
    folder = await mkdtemp(join(tmpdir(), "slipway-closing-"));
    const via = new URL(server);
    via.port = String(proxy.port);
    await writeFile(join(folder, "config"), client.sandbox.kubeconfig.replace(server, via.origin));
  });
  afterEach(async () => {
    await proxy.stop();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("during a build, five forwards and twenty watches leaves no process and no connection, within two seconds", async () => {
    const own = new Disposables();
    const clusters = own.add(
      new Clusters(
        new KubeClusters(() => [join(folder, "config")], systemClock, silentLog),
        systemClock,
        silentLog,
      ),
    );
    const memory = { read: () => undefined, write() {} };
    const forwards = own.add(
      new Forwards({ clusters, clock: systemClock, log: silentLog }, memory, () => false),
    );
    const docker = own.add(new Docker({ host: () => "", program: () => "docker" }, silentLog));

    const cluster = await clusters.open("sandbox");
    const served = await cluster.discover();
    const kinds = served.kinds.map(({ kind }) => kind.kind).slice(0, WATCHES);
    assert.equal(kinds.length, WATCHES);
    for (const kind of kinds) cluster.read(kind);
    await Promise.all(kinds.map((kind) => cluster.settled(kind)));
    const urls: string[] = [];
    for (let index = 0; index < FORWARDS; index++) {
      const forward = await forwards.add({
        context: "sandbox",
        namespace: "ml",
        kind: "Service",
        name: "qwen-server",
        port: 8000 + (index === 0 ? 0 : index),
        localPort: 20_000 + Math.floor(Math.random() * 10_000),
      });
      urls.push(forward.url ?? "");
    }
    assert.equal((await fetch(`${urls[0]}/v1/models`)).status, 200);
    // In place of the builder: a program that has started another, and ends only when it is told.
    const word = `7${process.pid}`;
    const script = `sleep ${word}.1 & sleep ${word}.2; wait`;
    const building = docker.processes.run({ command: "sh", args: ["-c", script] }, never());
    building.catch(() => {});
    while (commandLinesWith(`sleep ${word}`).length < 3) await new Promise(setImmediate);
    assert.ok(proxy.open >= 2);

    const started = performance.now();
    own.dispose();
    await assert.rejects(building, isAbort);
    while (proxy.open > 0 || commandLinesWith(`sleep ${word}`).length > 0) {
      assert.ok(performance.now() - started < 10_000, `${proxy.open} connections are left`);
      await new Promise(setImmediate);
    }
    const tookMs = performance.now() - started;
    assert.ok(tookMs < LIMIT_MS, `${tookMs} ms`);
    for (const url of urls) await assert.rejects(fetch(url));
  });
});
