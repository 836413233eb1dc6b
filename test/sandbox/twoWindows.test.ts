// Two windows on one cluster, and two windows with a sandbox each: neither takes anything from the other.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Forward } from "../../src/app/jobs/forward/forward.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { forwardRow } from "../../src/ui/rows/endpoints/row.ts";
import { SandboxCluster } from "../../src/vscode/sandbox.ts";
import { type Client, openSandbox } from "./support.ts";

/** What one window has of a cluster. */
class Window {
  readonly clusters: Clusters;
  readonly forwards: Forwards;
  constructor(kubeconfigs: () => string[]) {
    this.clusters = new Clusters(
      new KubeClusters(kubeconfigs, systemClock, silentLog),
      systemClock,
      silentLog,
    );
    const memory = { read: () => undefined, write() {} };
    const world = { clusters: this.clusters, clock: systemClock, log: silentLog };
    this.forwards = new Forwards(world, memory, () => false);
  }

  async ready(forward: Forward): Promise<void> {
    if (forward.state.kind === "ready") return;
    await new Promise<void>((resolve) => {
      const listener = this.forwards.changed(() => {
        if (forward.state.kind !== "ready") return;
        listener.dispose();
        resolve();
      });
    });
  }

  dispose(): void {
    this.forwards.dispose();
    this.clusters.dispose();
  }
}

describe("two windows", function () {
  this.timeout(60_000);
  let client: Client;
  let folder: string;
  let path: string;
  let windows: Window[];
  beforeEach(async () => {
    client = await openSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-windows-"));
    path = join(folder, "kubeconfig");
    await writeFile(path, client.sandbox.kubeconfig);
    windows = [new Window(() => [path]), new Window(() => [path])];
  });
  afterEach(async () => {
    for (const window of windows) window.dispose();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("that forward the same port each get one, also when both ask at once, and keep it", async () => {
    const spec = {
      context: "sandbox",
      namespace: "ml",
      kind: "Service",
      name: "qwen-server",
      port: 8000,
      localPort: 18_000 + Math.floor(Math.random() * 10_000),
    };
    const forwards = await Promise.all(windows.map((window) => window.forwards.add(spec)));
    await Promise.all(windows.map((window, index) => window.ready(forwards[index] as Forward)));
    const urls = forwards.map(({ url }) => url ?? "");
    assert.equal(new Set(urls).size, 2);
    for (const url of urls) assert.equal((await fetch(`${url}/v1/models`)).status, 200);
    const [moved, ...others] = forwards.filter(({ movedTo }) => movedTo !== undefined);
    assert.ok(moved && others.length === 0, "one of them has the port that was wanted");
    assert.match(forwardRow(moved).tooltip ?? "", new RegExp(`Local port ${spec.localPort} is taken`));
    // The end of one window leaves the other's alone.
    windows[0]?.dispose();
    await assert.rejects(fetch(urls[0] ?? ""));
    assert.equal((await fetch(`${urls[1]}/v1/models`)).status, 200);
    assert.equal(forwards[1]?.url, urls[1]);
  });

  it("leave no file beside the kubeconfig, and do not change it", async () => {
    const before = readFileSync(path, "utf8");
    for (const window of windows) {
      const cluster = await window.clusters.open("sandbox");
      cluster.read("Pod");
      await cluster.settled("Pod");
      assert.ok(cluster.rows("Pod").length > 0);
    }
    assert.equal(readFileSync(path, "utf8"), before);
    assert.deepEqual(await readdir(folder), ["kubeconfig"]);
  });

  it("have a sandbox each, which ends with its window", async () => {
    const sandboxes = [new SandboxCluster(startSandbox), new SandboxCluster(startSandbox)];
    for (const sandbox of sandboxes) {
      assert.deepEqual(sandbox.kubeconfigs, []);
      await sandbox.start();
    }
    const [first = "", second = ""] = sandboxes.flatMap(({ kubeconfigs }) => kubeconfigs);
    const server = (file: string) => /server: (\S+)/.exec(readFileSync(file, "utf8"))?.[1];
    assert.notEqual(server(first), server(second));
    const window = new Window(() => [first]);
    windows.push(window);
    const open = await window.clusters.open("sandbox");
    await window.clusters.refresh();
    assert.equal(window.clusters.get("sandbox"), open, "the other window's sandbox did not take its place");
    for (const sandbox of sandboxes) sandbox.dispose();
    assert.ok(!existsSync(first) && !existsSync(second));
  });
});
