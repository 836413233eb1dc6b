// nvidia-smi run in pods of a real cluster: what each says, how it fails, and that nothing is left running.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { NodeUsage } from "../../src/app/stores/gpu/clusterGpus.ts";
import { boxImage } from "../support/images.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { demoNames, giveGpus } from "../support/kubernetes/demo.ts";
import { nodeName } from "../support/kubernetes/node.ts";
import { GpuWorld, shown } from "./gpuWorld.ts";
import { sharedCluster } from "./world.ts";

const SLICE = "nvidia.com/mig-1g.10gb";

describe("GPU usage by nvidia-smi in the pods of a real cluster", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: GpuWorld;

  before(async function () {
    cluster = await sharedCluster(this);
    world = new GpuWorld(cluster);
  });
  afterEach(() => world?.dispose());

  describe("nvidia-smi in the pods, without an exporter", () => {
    it("gives the figures of each pod's own GPUs, and leaves no process behind", async () => {
      await world.start();
      const usage = await world.settled(
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
      world.dispose();
      for (let left = 50; / read -r _/.test(await processes()); left--) assert.ok(left > 0, "still running");
    });

    it("stays 1 Hz on one stream for each pod", async () => {
      await world.start();
      await world.settled(({ report }) => report.state === "ok");
      const before = world.log.length;
      const first = Math.floor(Date.now() / 1000);
      const usage = await world.settled(
        () => (world.gpus.get(cluster.context)?.lastSecond ?? 0) >= first + 4,
      );
      assert.equal(world.log.length, before, "nothing new was opened");
      assert.ok(Date.now() - (usage.report.readMs ?? 0) < 2_500);
    });

    it("says what it may not do, and what it would need", async () => {
      await world.start(cluster.kubeconfigPath, false);
      const usage = await world.settled(({ report }) => report.state === "failed");
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
          await world.start();
          let said = "";
          await world.settled((usage) => {
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
      await world.start();
      const own = (usage: NodeUsage) => shown(usage).filter((row) => row.includes("[smi-two]"));
      const usage = await world.settled((one) => own(one).length === 2);
      assert.deepEqual(own(usage).sort(), [
        "device GPU 0 [smi-two] 10 %, 1.0/2.0 GiB, 100 W, 50 °C",
        "device GPU 0 [smi-two] 20 %, 1.0/2.0 GiB, 100 W, 50 °C",
      ]);
    } finally {
      await cluster.kubectl("delete", "pod", "-n=default", "smi-two", "--grace-period=0", "--force");
      await takeSlices(cluster);
    }
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
