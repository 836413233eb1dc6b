// GPU usage as a person sees it, on the sandbox cluster: sources in their order, faults, and when nothing is asked.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { App } from "../../src/app/app.ts";
import { ClusterLooks } from "../../src/app/stores/clusterLooks.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import type { ClusterGpus, NodeUsage } from "../../src/app/stores/gpu/clusterGpus.ts";
import { Gpus } from "../../src/app/stores/gpus.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Disposable } from "../../src/base/disposables.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { ToGpuPanel, WireNode } from "../../src/protocol/gpu.ts";
import { GpuUsageHost } from "../../src/ui/rows/gpu/host.ts";
import type { ClusterNode } from "../../src/ui/rows/kube/node.ts";
import { ClusterTree } from "../../src/ui/rows/kube/clusterTree.ts";
import { memory } from "../ui/views/treeWorld.ts";
import { type Client, openSandbox } from "./support.ts";

const PAGE = /\/api\/v1\/namespaces\/gpu-operator\/pods\/nvidia-dcgm-exporter-[^/]*:9400\/proxy\/metrics/;
const FULL = "gpu-h100-0";

describe("GPU usage", function () {
  this.timeout(30_000);
  let client: Client;
  let folder = "";
  let clusters: Clusters;
  let gpus: Gpus;
  let warned: string[];
  let trusted: boolean;
  const open: Disposable[] = [];

  beforeEach(async () => {
    client = await openSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-gpu-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, client.sandbox.kubeconfig);
    clusters = new Clusters(new KubeClusters(() => [path], systemClock, silentLog), systemClock, silentLog);
    trusted = true;
    gpus = new Gpus(clusters, systemClock, silentLog, () => trusted);
    warned = [];
    await clusters.open("sandbox");
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.dispose();
    gpus.dispose();
    clusters.dispose();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const app = () =>
    ({
      clusters,
      looks: new ClusterLooks(memory(), memory()),
      gpus,
      clock: systemClock,
      log: { ...silentLog, warn: (text: string) => void warned.push(text) },
    }) as unknown as App;

  function until<T>(look: (context: ClusterGpus) => T | undefined | false): Promise<T> {
    return new Promise((resolve) => {
      const listener = gpus.changed(({ place }) => {
        const found = gpus.get(place);
        const seen = found && look(found);
        if (!seen) return;
        listener.dispose();
        resolve(seen);
      });
    });
  }
  const nodeOf = (context: ClusterGpus, name = FULL) => context.nodes.find(({ node }) => node === name);
  const read = (runsInPods = true) => open.push(gpus.read("sandbox", { runsInPods }));
  /** The node as soon as its source has said something. */
  const settled = (name = FULL, like: (usage: NodeUsage) => boolean = () => true) =>
    until((context) => {
      const usage = nodeOf(context, name);
      return usage && usage.report.state !== "trying" && like(usage) ? usage : undefined;
    });
  const asked = (pattern: RegExp) =>
    Array.from(client.sandbox.faults.requests)
      .filter(([what]) => pattern.test(what))
      .reduce((sum, [, times]) => sum + times, 0);

  it("comes from dcgm-exporter where there is one: per pod and device, with MIG and time-slicing named", async () => {
    read();
    const full = await settled();
    assert.equal(full.source, "dcgm-exporter");
    assert.match(full.report.place, /^gpu-operator\/nvidia-dcgm-exporter-/);
    const training = full.rows.filter(({ pods }) => pods?.[0]?.pod.startsWith("llama-finetune"));
    assert.equal(training.length, 4);
    for (const { figures, why } of training) {
      assert.ok((figures.utilisation ?? 0) > 80 && (figures.memoryUsedMiB ?? 0) > 60_000);
      assert.ok((figures.powerWatts ?? 0) > 400 && (figures.temperatureCelsius ?? 0) > 50);
      assert.equal(why, undefined);
    }
    const mig = await settled("gpu-a100-mig-0");
    const notebook = mig.rows.find(({ pods }) => pods?.[0]?.pod === "notebook-0");
    assert.match(notebook?.label ?? "", /GPU 0 · MIG 1g\.10gb/);
    assert.match(notebook?.why ?? "", /power and temperature are those of the whole GPU/);
    const shared = await settled("gpu-l4-0");
    const [whole, ...shares] = shared.rows;
    assert.equal(whole?.pods?.length, 3);
    assert.equal(shares.length, 3);
    for (const { figures, why } of shares) {
      assert.equal(figures.utilisation, undefined);
      assert.match(why ?? "", /time-slicing: per-pod figures are not to be had/);
    }
  });

  it("asks one exporter of each node once a second for all pods, and nobody when nobody reads", async () => {
    read();
    await settled();
    const before = asked(PAGE);
    const since = Date.now();
    await until((context) => context.lastSecond >= Math.floor(since / 1000) + 3);
    const each = (asked(PAGE) - before) / 3;
    assert.ok(each >= 2 && each <= 5, `${each} requests for each of three nodes`);
    for (const one of open.splice(0)) one.dispose();
    const then = asked(PAGE);
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    assert.ok(asked(PAGE) - then <= 3, "only what was under way");
  });

  it("keeps 15 minutes for a reader that comes back", async () => {
    read();
    const { rows } = await settled();
    const device = rows[0]?.device ?? "";
    for (const one of open.splice(0)) one.dispose();
    const history = gpus.get("sandbox")?.history(device);
    const values = history?.read("utilisation", history.lastSecond) ?? new Float32Array();
    assert.equal(values.length, 900);
    assert.ok((values.at(-1) ?? 0) > 80);
    assert.ok(Number.isNaN(values[0]));
  });

  it("runs nvidia-smi in the pods where no exporter may be reached, and says why", async () => {
    client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 403, reason: "Forbidden" });
    read();
    const usage = await settled(
      FULL,
      ({ source, report }) => source === "nvidia-smi" && report.state === "ok",
    );
    assert.match(
      usage.tried[0]?.why ?? "",
      /may not reach pod nvidia-dcgm-exporter.* ask the cluster's administrator/,
    );
    assert.match(usage.tried[1]?.why ?? "", /No Prometheus was found/);
    const training = usage.rows.filter(({ pods }) => pods?.[0]?.pod.startsWith("llama-finetune"));
    assert.equal(training.length, 4);
    assert.ok(training.every(({ figures }) => (figures.utilisation ?? 0) > 80));
    const mig = await settled("gpu-a100-mig-0", ({ report }) => report.state === "ok");
    assert.equal(mig.rows[0]?.figures.utilisation, undefined);
    assert.match(mig.rows[0]?.why ?? "", /MIG is on: nvidia-smi has figures of the whole GPU only/);
    const shared = await settled(
      "gpu-l4-0",
      ({ report, rows }) => report.state === "ok" && rows.length === 4,
    );
    assert.deepEqual(
      shared.rows.map(({ kind, pods }) => `${kind} ${pods?.length}`),
      ["device 3", "share 1", "share 1", "share 1"],
      "one GPU, seen from three pods",
    );
  });

  it("looks again at once for what was not found, when somebody opens the panel", async () => {
    const search = /\/api\/v1\/pods\?.*dcgm/;
    const fault = client.sandbox.faults.fail({
      path: search,
      times: 9_999,
      status: 403,
      reason: "Forbidden",
    });
    read(false);
    await settled(FULL, ({ report }) => report.state === "failed");
    fault.dispose();
    read();
    const started = Date.now();
    const usage = await settled(FULL, ({ report }) => report.state === "ok");
    assert.equal(usage.source, "dcgm-exporter");
    assert.ok(
      Date.now() - started < 10_000,
      "without waiting for the minute in which it is looked for again",
    );
  });

  it("runs nothing in pods for rows of the tree, nor in a workspace that is not trusted", async () => {
    client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 403, reason: "Forbidden" });
    read(false);
    const failed = ({ report }: NodeUsage) => report.state === "failed";
    assert.match(
      (await settled(FULL, failed)).tried.at(-1)?.why ?? "",
      /only while the panel GPU Usage is shown/,
    );
    trusted = false;
    read(true);
    const untrusted = await settled(FULL, ({ tried }) => /not trusted/.test(tried.at(-1)?.why ?? ""));
    assert.equal(untrusted.report.state, "failed");
    assert.equal(asked(/\/exec/), 0);
  });

  it("comes from Prometheus where one scrapes the exporter, with the time of the scrape", async () => {
    client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 503, reason: "ServiceUnavailable" });
    await client.send("POST", "/api/v1/namespaces/monitoring", undefined).catch(() => {});
    await client.send("POST", "/api/v1/namespaces/default/services", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "prometheus-k8s", labels: { "app.kubernetes.io/name": "prometheus" } },
      spec: { ports: [{ name: "web", port: 9090 }] },
    });
    const labels = {
      UUID: "GPU-1",
      gpu: "0",
      Hostname: FULL,
      exported_pod: "train",
      exported_namespace: "ml",
    };
    const scraped = Math.floor(Date.now() / 1000) - 20;
    client.sandbox.faults.fail({
      path: /services\/prometheus-k8s:9090\/proxy\/api\/v1\/query/,
      times: 9_999,
      status: 200,
      body: JSON.stringify({
        status: "success",
        data: {
          result: [{ metric: { ...labels, __name__: "DCGM_FI_DEV_GPU_UTIL" }, values: [[scraped, "42"]] }],
        },
      }),
    });
    read(false);
    const usage = await settled(FULL, ({ report }) => report.state === "ok");
    assert.equal(usage.source, "prometheus");
    assert.equal(usage.report.changedMs, scraped * 1000);
    assert.equal(usage.rows[0]?.figures.utilisation, 42);
    assert.match(usage.tried[0]?.why ?? "", /could not reach pod/);
  });

  for (const [what, body, why] of [
    ["garbage", "\u0000\u0001\u0002 no metrics here {{{", /without a single GPU/],
    ["a web page", "<html><body>hello</body></html>", /web page/],
    ["nothing", "", /without a single GPU/],
  ] as const) {
    it(`says not available, and shows no 0, where the exporter answers with ${what}`, async () => {
      client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 200, body });
      read(false);
      const usage = await settled(FULL, ({ report }) => report.state === "failed");
      assert.match(usage.tried[0]?.why ?? "", why);
      assert.deepEqual(
        usage.rows.map(({ pods, figures }) => [pods?.length, Object.values(figures).length]),
        [
          [1, 0],
          [1, 0],
        ],
        "the two pods that hold GPUs, and no figure",
      );
    });
  }

  it("lives on figures that grow old when the exporter goes away, then with the next source", async () => {
    read(false);
    await settled();
    client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 503, reason: "ServiceUnavailable" });
    const usage = await settled(FULL, ({ report }) => report.state === "failed");
    assert.equal(usage.rows.length, 8);
    assert.match(usage.tried[0]?.why ?? "", /could not reach pod nvidia-dcgm-exporter/);
  });

  it("follows an exporter whose pod is replaced", async () => {
    read(false);
    const { report } = await settled();
    const [namespace = "", name = ""] = report.place.split("/");
    await client.send("DELETE", `/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds: 0 });
    const after = await settled(
      FULL,
      (usage) => usage.report.state === "ok" && usage.report.place !== report.place,
    );
    assert.match(after.report.place, /^gpu-operator\/nvidia-dcgm-exporter-/);
    assert.equal(after.rows.length, 8);
  });

  it("opens the streams into pods again when they are cut", async () => {
    client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 403, reason: "Forbidden" });
    read();
    const ok = ({ source, report }: NodeUsage) => source === "nvidia-smi" && report.state === "ok";
    const before = await settled(FULL, ok);
    assert.ok(client.sandbox.faults.reset("exec") >= 3, "a stream for each pod");
    await settled(FULL, ({ report }) => report.state === "failed");
    const after = await settled(FULL, ok);
    assert.ok((after.report.readMs ?? 0) > (before.report.readMs ?? 0));
  });

  describe("in the panel", () => {
    let posted: ToGpuPanel[];
    let host: GpuUsageHost;

    beforeEach(() => {
      posted = [];
      host = new GpuUsageHost(app(), (message) => void posted.push(message));
      open.push(host);
    });
    const shownNode = () =>
      until(() => posted.at(-1)?.state.nodes.find(({ name, state }) => name === FULL && state === "live"));

    it("is sent whole when shown, then each second, with source and age", async () => {
      host.setVisible(true);
      host.receive({ type: "ready" });
      const node: WireNode = await shownNode();
      assert.match(
        node.source,
        /^dcgm-exporter · read now · values changed now · gpu-operator\/nvidia-dcgm-exporter-\w+$/,
      );
      assert.equal(posted.filter(({ type }) => type === "snapshot").length, 1);
      const row = node.rows[0];
      assert.match(row?.pods?.[0] ?? "", /^ml\/llama-finetune-/);
      assert.ok((row?.figures[0] ?? 0) > 80);
    });

    it("gets no message and asks nobody while hidden, and has the history when shown again", async () => {
      host.setVisible(true);
      host.receive({ type: "ready" });
      await shownNode();
      host.setVisible(false);
      const messages = posted.length;
      const requests = asked(PAGE);
      await new Promise((resolve) => setTimeout(resolve, 2_200));
      assert.equal(posted.length, messages);
      assert.ok(asked(PAGE) - requests <= 3, "only what was under way");
      host.setVisible(true);
      host.receive({ type: "ready" });
      await shownNode();
      const last = posted.findLast((message) => message.type === "snapshot");
      assert.ok(last?.type === "snapshot" && last.series.length > 0);
      const training = last.series.find(({ device }) => device.startsWith(FULL));
      const before = training?.values[0]?.slice(0, -2) ?? new Float32Array();
      assert.ok(
        before.some((value) => value > 80),
        "what was read before it was hidden",
      );
    });

    it("drops forged messages and says so in the log", () => {
      host.setVisible(true);
      const forged: unknown[] = [
        { type: "run", command: "rm -rf /" },
        { type: "place", name: "x".repeat(10_000_000) },
        { type: "ready", extra: 1 },
        JSON.parse('{"__proto__":{"type":"ready"},"type":"act","name":"x"}'),
        { type: "place", name: { toString: () => "sandbox" } },
        "ready",
        null,
        ["ready"],
        undefined,
        7,
      ];
      for (const message of forged) host.receive(message);
      assert.equal(warned.length, 10, "each is logged, up to ten");
      host.receive({ type: "place", name: "../../etc/passwd" });
      assert.match(warned.at(-1) ?? "", /cluster that is not there/);
      assert.equal(posted.length, 0);
      assert.equal(gpus.choice, undefined);
      assert.equal(({} as { type?: string }).type, undefined);
    });
  });

  it("stands in the rows of pods and nodes, and goes when it is old", async () => {
    const tree = new ClusterTree(app());
    open.push(tree);
    const children = async (node?: ClusterNode) => tree.children(node);
    const [context] = await children();
    const [nodes, ...namespaces] = await children(context);
    const ml = namespaces.find((node) => node.type === "namespace" && node.name === "ml");
    await children(ml);
    const machines = await children(nodes);
    const full = machines.find((node) => node.type === "object" && node.name === FULL);
    const [pod] = await children(full);
    assert.ok(pod && full);
    tree.row(pod);
    const changed: ClusterNode[] = [];
    open.push(tree.changed((news) => void changed.push(...(news ?? []))));
    await settled();
    await until(() => /GPU \d+ %/.test(tree.row(pod).description ?? ""));
    assert.match(tree.row(pod).description ?? "", /^Running · GPU (?:9\d|100) %, 2\d\d\/319 GiB · 4 GPU · /);
    assert.match(
      tree.row(pod).tooltip ?? "",
      /GPU 0: (?:9\d|100) %, 6\d\/80 GiB, \d+ W, \d+ °C\n.*From dcgm-exporter/s,
    );
    assert.match(tree.row(full).description ?? "", /^GPU 5\/8 · \d+ %, \d+\/637 GiB · /);
    assert.ok(changed.includes(pod), "the row was fired");
    client.sandbox.faults.fail({ path: PAGE, times: 9_999, status: 503, reason: "ServiceUnavailable" });
    await until(() => /not known now/.test(tree.row(pod).tooltip ?? ""));
    assert.match(tree.row(pod).description ?? "", /^Running · 4 GPU · /);
    assert.match(tree.row(pod).tooltip ?? "", /GPU usage is not known now\..*could not reach pod/s);
  });
});
