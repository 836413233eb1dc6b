// Which nodes have something else to say of their GPUs: rows are looked at for nothing else.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { type GpuLook, Gpus } from "../../src/app/stores/gpus.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { type Client, openSandbox } from "./support.ts";

const PAGE = /\/nvidia-dcgm-exporter-[^/]*:9400\/proxy\/metrics/;
const NODE = "gpu-h100-0";

function metrics(value: number): string {
  const labels = `gpu="0",UUID="GPU-1",device="nvidia0",modelName="H100",Hostname="${NODE}"`;
  return `DCGM_FI_DEV_GPU_UTIL{${labels},namespace="ml",pod="llama-finetune",container="main"} ${value}\n`;
}

describe("a look at the GPUs of a cluster", function () {
  this.timeout(30_000);
  let client: Client;
  let folder: string;
  let clusters: Clusters;
  let gpus: Gpus;
  let looks: GpuLook[];

  beforeEach(async () => {
    client = await openSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-gpu-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, client.sandbox.kubeconfig);
    clusters = new Clusters(new KubeClusters(() => [path], systemClock, silentLog), systemClock, silentLog);
    gpus = new Gpus(clusters, systemClock, silentLog, () => true);
    looks = [];
    await clusters.open("sandbox");
  });
  afterEach(async () => {
    gpus.dispose();
    clusters.dispose();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function until(done: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = gpus.changed((look) => {
        looks.push(look);
        if (!done()) return;
        looks = [];
        listener.dispose();
        resolve();
      });
    });
  }
  const quiet = () =>
    until(() => looks.length >= 3 && looks.slice(-3).every(({ nodes }) => nodes.size === 0));
  const told = () => until(() => looks.at(-1)?.nodes.has(NODE) === true);
  const report = () => gpus.get("sandbox")?.node(NODE)?.report;

  it("says nothing of figures that stay as they are, and which node has others or none any more", async () => {
    const answers = (status: number, body: string) =>
      client.sandbox.faults.fail({ path: PAGE, times: 9_999, status, body });
    let fault = answers(200, metrics(42));
    gpus.read("sandbox", { runsInPods: false });
    await told();
    await quiet();
    assert.equal(report()?.devices[0]?.figures.utilisation, 42);
    fault.dispose();
    fault = answers(200, metrics(43));
    await told();
    assert.equal(report()?.devices[0]?.figures.utilisation, 43);
    await quiet();
    fault.dispose();
    fault = answers(503, "");
    await told();
    assert.notEqual(report()?.state, "ok");
  });
});
