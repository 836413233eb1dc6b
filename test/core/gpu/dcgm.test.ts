// Pages of dcgm-exporter as its releases write them: what becomes of each as rows, and that nothing is counted twice.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { figuresText } from "../../../src/core/gpu/usageText.ts";
import { podFigures, type Sharing, usageRows } from "../../../src/core/gpu/usage.ts";
import { readExporterPage } from "../../../src/core/gpu/samplers/dcgmExporter.ts";
import { prometheusOf, readPrometheus } from "../../../src/core/gpu/samplers/prometheus.ts";
import { root } from "../../sources.ts";
import { cpuMs } from "../../support/cpuTime.ts";

const page = (name: string) => readFileSync(join(root, "test", "golden", "gpu", `${name}.txt`), "utf8");
const holder = (pod: string, devices = 1, namespace = "ml") => ({ namespace, pod, devices });

/** As a person reads it: whose, which device, figures. */
function shown(name: string, holders: ReturnType<typeof holder>[] = [], sharing?: Sharing): string[] {
  const rows = usageRows(readExporterPage(page(name)).devices, { node: "n1", sharing, holders });
  return rows.map(
    ({ kind, label, pods, figures }) =>
      `${kind} ${label} [${pods?.map(({ pod }) => pod).join(" ") ?? "?"}] ${figuresText(figures)}`,
  );
}
function whys(name: string, holders: ReturnType<typeof holder>[] = [], sharing?: Sharing): string {
  const rows = usageRows(readExporterPage(page(name)).devices, { node: "n1", sharing, holders });
  return rows.map(({ why }) => why ?? "").join("\n");
}

describe("a page of dcgm-exporter", () => {
  it("without pod labels leaves open whose the GPU is, unless only one pod can have it", () => {
    assert.deepEqual(shown("plain", [holder("a"), holder("b")]), [
      "device GPU 0 [?] 37 %, memory unknown, power unknown, temperature unknown",
      "share 1 GPU [a] utilisation unknown, memory unknown, power unknown, temperature unknown",
      "share 1 GPU [b] utilisation unknown, memory unknown, power unknown, temperature unknown",
    ]);
    assert.match(whys("plain", [holder("a"), holder("b")]), /DCGM_EXPORTER_KUBERNETES=true/);
    assert.match(shown("plain", [holder("a")])[0] ?? "", /GPU 0 \[a\] 37 %/);
  });

  it("with pods says whose, also with the newer spelling of hostname", () => {
    assert.match(shown("mapped", [holder("gpu-test", 1, "default")])[0] ?? "", /\[gpu-test\].*0\.0 GiB/);
    assert.equal(readExporterPage(page("mapped")).devices[0]?.host, "hami-workshop");
  });

  it("takes empty labels for none: an idle GPU", () => {
    assert.match(shown("idle-old")[0] ?? "", /GPU 0 \[\] utilisation unknown, memory unknown, 76 W/);
  });

  it("of MIG gives each instance its own memory, and says what is the whole GPU's", () => {
    assert.deepEqual(shown("mig", [holder("notebook-0")]), [
      "device GPU 0 · MIG 2g.10gb (5) [] utilisation unknown, 0.0 GiB, 112 W, temperature unknown",
      "device GPU 0 · MIG 1g.5gb (7) [] utilisation unknown, 0.0/4.7 GiB, 112 W, temperature unknown",
      "device GPU 0 · MIG 1g.5gb (8) [notebook-0] utilisation unknown, 4.3/4.8 GiB, 112 W, temperature unknown",
    ]);
    assert.match(whys("mig", [holder("notebook-0")]), /MIG is on.*DCGM_FI_PROF_GR_ENGINE_ACTIVE/);
  });

  it("of MIG with both levels shows the instance, with the utilisation of the profiling metric", () => {
    assert.deepEqual(shown("mig-both-levels").length, 1);
    assert.match(shown("mig-both-levels")[0] ?? "", /MIG 1g\.5gb \(13\) \[\] 100 %/);
  });

  it("of MIG without an instance has no utilisation and no memory, and neither is 0", () => {
    assert.match(shown("mig-empty")[0] ?? "", /utilisation unknown, memory unknown, 43 W, 34 °C/);
    assert.match(whys("mig-empty"), /MIG is on without an instance/);
  });

  it("of time-slicing with processes shows the whole once and each pod's own, with a true 0", () => {
    assert.deepEqual(shown("time-slicing", [holder("a"), holder("b")], "time-slicing"), [
      "device GPU 0 [a b] 85 %, 8.8 GiB, 62 W, temperature unknown",
      "share GPU 0 [a] 60 %, 7.8 GiB, power unknown, temperature unknown",
      "share GPU 0 [b] 0 %, 0.0 GiB, power unknown, temperature unknown",
    ]);
  });

  it("of time-slicing with copies of the whole does not take them for the pods' own", () => {
    const rows = shown("copies", [holder("a"), holder("b")], "time-slicing");
    assert.match(rows[0] ?? "", /\[a b\] 85 %, 8\.8 GiB/);
    assert.match(rows[1] ?? "", /share GPU 0 \[a\] utilisation unknown, memory unknown/);
    assert.match(whys("copies"), /per-pod figures are not to be had/);
  });

  it("of a shared GPU with one label does not give that pod everything", () => {
    const { devices } = readExporterPage(page("mapped"));
    const holders = [holder("gpu-test", 1, "default"), holder("other")];
    const rows = usageRows(devices, { node: "n1", sharing: "time-slicing", holders });
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ["device", "share", "share"],
    );
    assert.equal(podFigures(rows, holder("gpu-test", 1, "default"))?.memoryUsedMiB, undefined);
  });

  it("skips blank values, NaN and infinities, and reads escaped labels", () => {
    assert.match(
      shown("blank")[0] ?? "",
      /utilisation unknown, memory unknown, power unknown, temperature unknown/,
    );
    assert.equal(
      readExporterPage(page("blank")).devices[0]?.uuid,
      "GPU-604ac76c-d9cf-fef3-62e9-d92044ab6e52",
    );
  });

  it("of the exporter's first version is read too", () => {
    assert.match(shown("first-version")[0] ?? "", /\[train\] 91 %, 29\/39 GiB/);
  });

  it("that is none says so", () => {
    assert.match(readExporterPage("<html>hello</html>").trouble ?? "", /no metrics/);
    assert.match(readExporterPage("").trouble ?? "", /without a single GPU/);
    assert.match(readExporterPage("go_goroutines 7\n").trouble ?? "", /without a single GPU/);
  });

  it("is read whole in time: 16 GPUs among 5,000 lines in less than 20 ms", () => {
    const lines: string[] = [];
    for (let metric = 0; metric < 300; metric++)
      for (let gpu = 0; gpu < 16; gpu++)
        lines.push(
          page("mapped").trim().replace("FB_USED", `OTHER_${metric}`).replace('gpu="0"', `gpu="${gpu}"`),
        );
    const text = `${lines.join("\n")}\n${page("mapped")}`;
    const times = Array.from({ length: 7 }, () => {
      const started = cpuMs();
      assert.equal(readExporterPage(text).devices.length, 1);
      return cpuMs() - started;
    }).sort((one, other) => one - other);
    assert.ok((times[3] ?? 99) < 20, `${times[3]} ms`);
  });

  it("that is broken anywhere never throws, and gives no figure that is no number", () => {
    const whole = ["mig", "time-slicing", "blank", "first-version"].map(page).join("");
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let turn = 0; turn < 3_000; turn++) {
      const at = next(whole.length);
      const broken =
        whole.slice(0, at) +
        ['"', "{", "}", ",", "\\", "\n", " ", "NaN", "=", "\u0000"][next(10)] +
        whole.slice(at + next(40));
      const { devices } = readExporterPage(broken);
      for (const row of usageRows(devices, { node: "n", sharing: undefined, holders: [] }))
        for (const value of Object.values(row.figures))
          assert.ok(value === undefined || (Number.isFinite(value) && value >= 0), `${value}`);
    }
  });
});

describe("Prometheus", () => {
  const answer = (...result: object[]) =>
    JSON.stringify({ status: "success", data: { resultType: "matrix", result } });
  const labels = { __name__: "DCGM_FI_DEV_GPU_UTIL", UUID: "GPU-1", gpu: "0", Hostname: "n1" };

  it("tells the workload from the exporter that it scraped, and when", () => {
    const moved = {
      ...labels,
      pod: "nvidia-dcgm-exporter-x",
      namespace: "gpu-operator",
      exported_pod: "train",
      exported_namespace: "ml",
      exported_container: "main",
    };
    const { devices } = readPrometheus(
      answer({
        metric: moved,
        values: [
          [100, "5"],
          [130, "7"],
        ],
      }),
    );
    assert.deepEqual(devices[0]?.owners, [{ namespace: "ml", pod: "train", container: "main" }]);
    assert.equal(devices[0]?.figures.utilisation, 7);
    assert.equal(devices[0]?.measuredMs, 130_000);
  });

  it("does not take the exporter for the holder of an idle GPU", () => {
    const scraped = { ...labels, pod: "nvidia-dcgm-exporter-x", namespace: "gpu-operator" };
    assert.deepEqual(readPrometheus(answer({ metric: scraped, values: [[1, "0"]] })).devices[0]?.owners, []);
  });

  it("says why it has nothing", () => {
    assert.match(readPrometheus("<html>").trouble ?? "", /no JSON/);
    assert.match(readPrometheus(answer()).trouble ?? "", /no DCGM metrics/);
    assert.match(readPrometheus('{"status":"error","error":"too many samples"}').trouble ?? "", /too many/);
    assert.match(
      readPrometheus('{"status":"success","data":{"result":[null,3,{"metric":7}]}}').trouble ?? "",
      /no DCGM/,
    );
  });

  it("that answers with anything else never makes it throw", () => {
    const whole = answer({
      metric: { ...labels, pod: "a", namespace: "b" },
      values: [
        [100, "5"],
        [130, "7"],
      ],
    });
    let seed = 11;
    const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let turn = 0; turn < 3_000; turn++) {
      const at = next(whole.length);
      const word = ["null", "[]", "{}", "1e999", '"', "-", "true", ""][next(8)] ?? "";
      for (const { figures } of readPrometheus(whole.slice(0, at) + word + whole.slice(at + next(30)))
        .devices)
        assert.ok(figures.utilisation === undefined || Number.isFinite(figures.utilisation));
    }
  });

  it("is found by its Service's port, and an exporter beside it is not taken for it", () => {
    const service = (name: string, ...ports: object[]) => ({
      metadata: { name, namespace: "monitoring" },
      spec: { ports },
    });
    assert.deepEqual(prometheusOf(service("prometheus-k8s", { name: "web", port: 9090 })), {
      namespace: "monitoring",
      service: "prometheus-k8s",
      port: "9090",
    });
    assert.equal(prometheusOf(service("prometheus-server", { name: "http", port: 80 }))?.port, "80");
    assert.equal(
      prometheusOf(service("prometheus-prometheus-node-exporter", { name: "http", port: 9100 })),
      undefined,
    );
  });
});
