// GPU usage on a real cluster by the API server's proxy: recorded pages of dcgm-exporter, and Prometheus.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { root } from "../sources.ts";
import { boxImage } from "../support/images.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { GpuWorld, shown } from "./gpuWorld.ts";
import { sharedCluster } from "./world.ts";

const golden = join(root, "test", "golden", "gpu");

describe("GPU usage on a real cluster", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: GpuWorld;

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "gpu-operator" } });
    world = new GpuWorld(cluster);
  });
  afterEach(() => world?.dispose());
  after(async () => {
    await cluster?.kubectl("delete", "namespace", "gpu-operator", "--wait=false");
  });

  it("reads a Prometheus through the proxy of its Service, with the time of the scrape", async () => {
    const scraped = Math.floor(Date.now() / 1000) - 12;
    const metric = {
      __name__: "DCGM_FI_DEV_GPU_UTIL",
      UUID: "GPU-5bb5d3a1-0000-4000-8000-000000000001",
      gpu: "0",
      Hostname: nodeName,
      pod: "nvidia-dcgm-exporter-x7k2p",
      namespace: "gpu-operator",
      exported_pod: "train",
      exported_namespace: "ml",
    };
    const answer = { status: "success", data: { result: [{ metric, values: [[scraped, "42"]] }] } };
    const script = `mkdir -p /www/api/v1; cat > /www/api/v1/query <<'END'\n${JSON.stringify(answer)}\nEND\nexec httpd -f -p 9090 -h /www`;
    const metadata = {
      name: "prometheus",
      namespace: "default",
      labels: { "app.kubernetes.io/name": "prometheus" },
    };
    const container = {
      name: "main",
      image: boxImage,
      imagePullPolicy: "Never",
      command: ["sh", "-c", script],
    };
    await cluster.apply(
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata,
        spec: { terminationGracePeriodSeconds: 0, containers: [container] },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector: metadata.labels, ports: [{ name: "web", port: 9090 }] },
      },
    );
    try {
      await cluster.kubectl("wait", "-n=default", "--for=condition=Ready", "pod/prometheus", "--timeout=60s");
      await world.start(cluster.kubeconfigPath, false);
      const usage = await world.settled(
        ({ source, report }) => source === "prometheus" && report.state === "ok",
      );
      assert.match(shown(usage)[0] ?? "", /device GPU 0 \[train\] 42 %/);
      assert.equal(usage.report.changedMs, scraped * 1000);
      assert.equal(usage.report.place, "default/prometheus");
    } finally {
      await cluster.kubectl(
        "delete",
        "pod,service",
        "-n=default",
        "prometheus",
        "--grace-period=0",
        "--force",
      );
    }
  });

  describe("dcgm-exporter through the pod proxy", () => {
    const names = readdirSync(golden).map((name) => basename(name, ".txt"));

    before(async () => {
      const pages = names.map(
        (name) => `cat > /pages/${name} <<'END'\n${readFileSync(join(golden, `${name}.txt`), "utf8")}END`,
      );
      const script = `mkdir -p /www /pages\n${pages.join("\n")}\ncp /pages/plain /www/metrics\nexec httpd -f -p 9400 -h /www`;
      await cluster.apply(exporterPod(script));
      await cluster.kubectl(
        "wait",
        "-n=gpu-operator",
        "--for=condition=Ready",
        "pod/exporter",
        "--timeout=60s",
      );
    });
    after(async () => {
      await cluster.kubectl("delete", "pod", "-n=gpu-operator", "exporter", "--grace-period=0", "--force");
    });
    const serve = (name: string) =>
      cluster.kubectl("exec", "-n=gpu-operator", "exporter", "--", "cp", `/pages/${name}`, "/www/metrics");

    for (const [name, expected, why] of [
      ["plain", /device GPU 0 \[\?\] 37 %, memory unknown/, /DCGM_EXPORTER_KUBERNETES=true/],
      [
        "mapped",
        /device GPU 0 \[gpu-test\] utilisation unknown, 0\.0 GiB/,
        /^ *(The source names no GPU as this pod's\. *)+$/,
      ],
      ["idle-old", /device GPU 0 \[\?\] utilisation unknown, memory unknown, 76 W/, /./],
      ["mig", /MIG 1g\.5gb \(8\) \[notebook-0\] utilisation unknown, 4\.3\/4\.8 GiB/, /MIG is on/],
      ["mig-both-levels", /^device GPU 0 · MIG 1g\.5gb \(13\) \[\?\] 100 %/, /./],
      [
        "mig-empty",
        /device GPU 0 \[\?\] utilisation unknown, memory unknown, 43 W, 34 °C/,
        /without an instance/,
      ],
      ["time-slicing", /share GPU 0 \[a\] 60 %, 7\.8 GiB.*share GPU 0 \[b\] 0 %, 0\.0 GiB/, /time-slicing/],
      [
        "copies",
        /share GPU 0 \[a\] utilisation unknown, memory unknown/,
        /per-pod figures are not to be had/,
      ],
      [
        "blank",
        /device GPU 0 \[\?\] utilisation unknown, memory unknown, power unknown, temperature unknown/,
        /no figures/,
      ],
      [
        "first-version",
        /device GPU 0 \[train\] 91 %, 29\/39 GiB/,
        /^ *(The source names no GPU as this pod's\. *)+$/,
      ],
    ] as const) {
      it(`shows the page "${name}" as what it says`, async () => {
        await serve(name);
        await world.start(cluster.kubeconfigPath, false);
        const usage = await world.settled(
          (one) => one.report.state === "ok" && expected.test(shown(one).join(" ")),
        );
        assert.equal(usage.source, "dcgm-exporter");
        assert.equal(usage.report.place, "gpu-operator/exporter");
        assert.match(usage.rows.map((row) => row.why ?? "").join(" "), why);
      });
    }

    it("covers every recorded page", () => {
      assert.equal(names.length, 10);
    });

    it("says how old values are that do not change", async () => {
      await serve("mapped");
      await world.start(cluster.kubeconfigPath, false);
      const first = await world.settled(({ report }) => report.state === "ok");
      const later = await world.settled(
        ({ report }) => (report.readMs ?? 0) > (first.report.readMs ?? 0) + 2_000,
      );
      assert.equal(later.report.changedMs, first.report.changedMs);
      await serve("plain");
      await world.settled(({ report }) => report.changedMs !== first.report.changedMs);
    });

    it("without the right to proxy says so, and goes on to the next source", async () => {
      const visitor = [{ kind: "User", name: "visitor", apiGroup: "rbac.authorization.k8s.io" }];
      const roleRef = { kind: "ClusterRole", name: "gpu-visitor", apiGroup: "rbac.authorization.k8s.io" };
      await cluster.apply(
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRole",
          metadata: { name: "gpu-visitor" },
          rules: [
            { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
            { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
          ],
        },
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "ClusterRoleBinding",
          metadata: { name: "gpu-visitor" },
          roleRef,
          subjects: visitor,
        },
      );
      try {
        await world.start(cluster.restrictedKubeconfigPath);
        const usage = await world.settled(
          ({ source, report }) => source === "nvidia-smi" && report.state === "ok",
        );
        assert.match(
          usage.tried[0]?.why ?? "",
          /may not reach pod exporter .* ask the cluster's administrator/,
        );
        assert.match(usage.tried[1]?.why ?? "", /may not list services/);
      } finally {
        await cluster.kubectl("delete", "clusterrolebinding,clusterrole", "gpu-visitor");
      }
    });
  });
});

function exporterPod(script: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "exporter", namespace: "gpu-operator", labels: { app: "nvidia-dcgm-exporter" } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "exporter",
          image: boxImage,
          imagePullPolicy: "Never",
          command: ["sh", "-c", script],
          ports: [{ name: "metrics", containerPort: 9400 }],
          readinessProbe: { httpGet: { path: "/metrics", port: 9400 }, periodSeconds: 1 },
        },
      ],
    },
  };
}
