// GPU usage on a real cluster: recorded pages of dcgm-exporter behind the pod proxy, and nvidia-smi run in pods.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import type { NodeUsage } from "../../src/app/stores/gpu/clusterGpus.ts";
import { Gpus } from "../../src/app/stores/gpus.ts";
import { figuresText } from "../../src/core/gpu/usageText.ts";
import { root } from "../sources.ts";
import { boxImage } from "../support/images.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { demoNames, giveGpus } from "../support/kubernetes/demo.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const golden = join(root, "test", "golden", "gpu");
const SLICE = "nvidia.com/mig-1g.10gb";

describe("GPU usage on a real cluster", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: World;
  let gpus: Gpus;

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "gpu-operator" } });
  });
  afterEach(() => {
    gpus?.dispose();
    world?.dispose();
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", "gpu-operator", "--wait=false");
  });

  async function start(kubeconfig = cluster.kubeconfigPath, runsInPods = true): Promise<void> {
    world = worldOn(kubeconfig, ["ml"]);
    const { clock, log } = world.app;
    gpus = new Gpus(world.store, clock, log, () => true);
    await world.store.open(cluster.context);
    gpus.read(cluster.context, { runsInPods });
  }

  function settled(like: (usage: NodeUsage) => boolean): Promise<NodeUsage> {
    return new Promise((resolve) => {
      const listener = gpus.changed((context) => {
        const usage = gpus.get(context)?.nodes.find(({ node }) => node === nodeName);
        if (!usage || !like(usage)) return;
        listener.dispose();
        resolve(usage);
      });
    });
  }
  const shown = ({ rows }: NodeUsage) =>
    rows.map(
      ({ kind, label, pods, figures }) =>
        `${kind} ${label} [${pods?.map(({ pod }) => pod.replace(/(-[a-z0-9]{8,10})?-[a-z0-9]{5}$/, "")).join(" ") ?? "?"}] ${figuresText(figures)}`,
    );

  describe("nvidia-smi in the pods, without an exporter", () => {
    it("gives the figures of each pod's own GPUs, and leaves no process behind", async () => {
      await start();
      const usage = await settled(
        ({ source, report, rows }) => source === "nvidia-smi" && report.state === "ok" && rows.length === 3,
      );
      assert.deepEqual(shown(usage).sort(), [
        `device GPU 0 [${demoNames.training}] 97 %, 11/80 GiB, 434 W, 53 °C`,
        `device GPU 1 [${demoNames.training}] 0 %, 0.0/80 GiB, 71 W, 28 °C`,
        `device GPU 2 [${demoNames.modelServer}] 0 %, 0.0/80 GiB, 71 W, 28 °C`,
      ]);
      assert.match(usage.tried[0]?.why ?? "", /No dcgm-exporter was found in the cluster/);
      assert.match(usage.tried[1]?.why ?? "", /No Prometheus was found/);
      const processes = () =>
        cluster.kubectl("exec", "-n=ml", `job/${demoNames.training}`, "--", "ps", "-o", "args");
      assert.match(await processes(), /while read -r _; do nvidia-smi/);
      gpus.dispose();
      for (let left = 50; / read -r _/.test(await processes()); left--) assert.ok(left > 0, "still running");
    });

    it("stays 1 Hz on one stream for each pod", async () => {
      await start();
      await settled(({ report }) => report.state === "ok");
      const before = world.log.length;
      const first = Math.floor(Date.now() / 1000);
      const usage = await settled(() => (gpus.get(cluster.context)?.lastSecond ?? 0) >= first + 4);
      assert.equal(world.log.length, before, "nothing new was opened");
      assert.ok(Date.now() - (usage.report.readMs ?? 0) < 2_500);
    });

    it("says what it may not do, and what it would need", async () => {
      await start(cluster.kubeconfigPath, false);
      const usage = await settled(({ report }) => report.state === "failed");
      assert.match(usage.tried.at(-1)?.why ?? "", /only while the panel GPU Usage is shown/);
    });
  });

  describe("nvidia-smi as it fails", () => {
    before(async () => {
      await giveGpus(cluster, nodeName, 8, SLICE);
    });
    after(() => takeSlices(cluster));

    const uuid = "GPU-5bb5d3a1-0000-4000-8000-00000000000";
    for (const [what, script, expected] of [
      [
        "a field that is not available",
        `echo "0, ${uuid}9, [N/A], 11125, 81559, [N/A], 53, Disabled, NVIDIA H100 80GB HBM3"`,
        /device GPU 0 \[smi\] utilisation unknown, 11\/80 GiB, power unknown, 53 °C/,
      ],
      [
        "MIG",
        `echo "0, ${uuid}9, [N/A], 11125, 81559, 433.78, 53, Enabled, NVIDIA H100 80GB HBM3"`,
        /device GPU 0 · MIG \[smi\] utilisation unknown.*whole GPU only/,
      ],
      [
        "one broken GPU among two",
        `echo "0, ${uuid}9, 7, 30, 24576, 120.00, 41, [N/A], NVIDIA GeForce RTX 3090"
echo "Unable to determine the device handle for GPU0000:02:00.0: Unknown Error"
echo "[Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error], [Unknown Error]"
exit 15`,
        /device GPU 0 \[smi\] 7 %, 0\.0\/24 GiB, 120 W, 41 °C.*can't read one of the GPUs/,
      ],
      [
        "no driver",
        `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
exit 9`,
        /share 1 GPU \[smi\] utilisation unknown, memory unknown.*can't reach the NVIDIA driver/,
      ],
      [
        "a container that has lost its GPU",
        'echo "Failed to initialize NVML: Unknown Error"; exit 255',
        /share 1 GPU \[smi\] utilisation unknown, memory unknown.*has lost its GPU \(NVML: Unknown Error\): recreate the pod/,
      ],
      [
        "garbage",
        "head -c 3000 /dev/urandom; exit 0",
        /share 1 GPU \[smi\] utilisation unknown, memory unknown.*no table of GPUs/,
      ],
      [
        "no nvidia-smi",
        undefined,
        /share 1 GPU \[smi\] utilisation unknown, memory unknown.*no nvidia-smi in the container/,
      ],
    ] as const) {
      it(`${what}: as it is, and no 0`, async () => {
        const write =
          script === undefined
            ? "true"
            : `cat > /usr/local/bin/nvidia-smi <<'END'\n#!/bin/sh\n${script}\nEND\nchmod +x /usr/local/bin/nvidia-smi`;
        await cluster.apply(gpuPod("smi", "default", `${write}\nsleep 10000`));
        try {
          await cluster.kubectl("wait", "-n=default", "--for=condition=Ready", "pod/smi", "--timeout=60s");
          await start();
          let said = "";
          await settled((usage) => {
            const own = shown(usage).filter((row) => row.includes("[smi]"));
            const whys = [...usage.rows.map(({ why }) => why), ...(usage.report.whys?.values() ?? [])];
            said = [...own, ...whys].filter((one) => one !== undefined).join(" ");
            return expected.test(said);
          });
        } finally {
          await cluster.kubectl("delete", "pod", "-n=default", "smi", "--grace-period=0", "--force");
        }
      });
    }
  });

  it("asks each container of a pod that was given GPUs, and not the others", async () => {
    await giveGpus(cluster, nodeName, 8, SLICE);
    const script = (at: number) => `cat > /usr/local/bin/nvidia-smi <<'END'
#!/bin/sh
echo "0, GPU-5bb5d3a1-0000-4000-8000-00000000010${at}, ${at}0, 1024, 2048, 100, 50, Disabled, X"
END
chmod +x /usr/local/bin/nvidia-smi; sleep 10000`;
    const pod = gpuPod("smi-two", "default", script(1)) as { spec: { containers: object[] } };
    const [first] = pod.spec.containers;
    pod.spec.containers = [
      { ...first, name: "plain", command: ["sleep", "10000"], resources: {} },
      { ...first, name: "one" },
      { ...first, name: "two", command: ["sh", "-c", script(2)] },
    ];
    await cluster.apply(pod);
    try {
      await cluster.kubectl("wait", "-n=default", "--for=condition=Ready", "pod/smi-two", "--timeout=60s");
      await start();
      const own = (usage: NodeUsage) => shown(usage).filter((row) => row.includes("[smi-two]"));
      const usage = await settled((one) => own(one).length === 2);
      assert.deepEqual(own(usage).sort(), [
        "device GPU 0 [smi-two] 10 %, 1.0/2.0 GiB, 100 W, 50 °C",
        "device GPU 0 [smi-two] 20 %, 1.0/2.0 GiB, 100 W, 50 °C",
      ]);
    } finally {
      await cluster.kubectl("delete", "pod", "-n=default", "smi-two", "--grace-period=0", "--force");
      await takeSlices(cluster);
    }
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
      await start(cluster.kubeconfigPath, false);
      const usage = await settled(({ source, report }) => source === "prometheus" && report.state === "ok");
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
        await start(cluster.kubeconfigPath, false);
        const usage = await settled(
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
      await start(cluster.kubeconfigPath, false);
      const first = await settled(({ report }) => report.state === "ok");
      const later = await settled(({ report }) => (report.readMs ?? 0) > (first.report.readMs ?? 0) + 2_000);
      assert.equal(later.report.changedMs, first.report.changedMs);
      await serve("plain");
      await settled(({ report }) => report.changedMs !== first.report.changedMs);
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
        await start(cluster.restrictedKubeconfigPath);
        const usage = await settled(({ source, report }) => source === "nvidia-smi" && report.state === "ok");
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

async function takeSlices(cluster: Cluster): Promise<void> {
  const path = SLICE.replace("/", "~1");
  const patch = ["capacity", "allocatable"].map((list) => ({
    op: "remove",
    path: `/status/${list}/${path}`,
  }));
  const words = ["--subresource=status", "--type=json", "-p", JSON.stringify(patch)];
  await cluster.kubectl("patch", "node", nodeName, ...words);
}

function gpuPod(name: string, namespace: string, script: string): object {
  const resources = { limits: { [SLICE]: "1" } };
  const command = ["sh", "-c", script];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: "main", image: boxImage, imagePullPolicy: "Never", command, resources }],
    },
  };
}

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
