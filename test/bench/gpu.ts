// GPU figures of eight pods at 1 Hz: the share of a core that sampling takes, beside `kubectl exec` for each tick.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Gpus } from "../../src/app/stores/gpus.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { App } from "../../src/app/app.ts";
import { GpuUsageHost } from "../../src/ui/rows/gpu/host.ts";
import { root } from "../sources.ts";
import { findKubernetes } from "../support/kubernetes/binaries.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { giveGpus } from "../support/kubernetes/demo.ts";
import { gpuBoxImage, nodeName } from "../support/kubernetes/node.ts";
import type { Bench } from "./bench.ts";

const PODS = 8;
const SECONDS = 20;
const PERCENT = 1;

interface Figures {
  cpuMs: number;
  seconds: number;
  readings: number;
  rssMiB: number;
}

export const bench: Bench = {
  name: "GPU figures of 8 pods at 1 Hz, the panel open",
  async run() {
    const cluster = await startCluster({ node: true });
    try {
      await giveGpus(cluster, nodeName, PODS);
      await cluster.apply(...Array.from({ length: PODS }, (_, at) => pod(at)));
      await cluster.kubectl("wait", "-n=default", "--for=condition=Ready", "pod", "--all", "--timeout=120s");
      const streams = await ours(cluster);
      const peer = await theirs(cluster);
      await cluster.apply(
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "gpu-operator" } },
        exporter(),
      );
      await cluster.kubectl(
        "wait",
        "-n=gpu-operator",
        "--for=condition=Ready",
        "pod",
        "--all",
        "--timeout=60s",
      );
      const pages = await ours(cluster);
      const share = ({ cpuMs, seconds }: Figures) => (cpuMs / 10 / seconds) * 1;
      const [page, stream, exec] = [share(pages), share(streams), share(peer)];
      const kubectl = { peer: "kubectl exec for each reading", peerValue: exec };
      return {
        rows: [
          { name: "dcgm-exporter through the proxy", value: page, unit: "% of a core", target: PERCENT },
          {
            name: "the same beside kubectl",
            value: page,
            unit: "% of a core",
            ...kubectl,
            ratio: page / exec,
          },
          { name: "nvidia-smi, a stream for each pod", value: stream, unit: "% of a core", target: PERCENT },
          {
            name: "the same beside kubectl",
            value: stream,
            unit: "% of a core",
            ...kubectl,
            ratio: stream / exec,
            target: 0.05,
          },
          {
            name: "readings missed by the streams",
            value: PODS * SECONDS - streams.readings,
            unit: "",
            target: PODS,
          },
        ],
      };
    } finally {
      await cluster.stop();
    }
  },
};

async function ours(cluster: Cluster): Promise<Figures> {
  const args = [fileURLToPath(import.meta.url), cluster.kubeconfigPath, cluster.context];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  try {
    return await message(child);
  } finally {
    child.kill();
  }
}

function message(child: ChildProcess): Promise<Figures> {
  return new Promise((resolve, reject) => {
    child.once("message", (figures) => resolve(figures as Figures));
    child.once("exit", (code) => reject(new Error(`the measured process ended with ${code}`)));
  });
}

/** One kubectl for each pod and second: the CPU time of the children is what they cost. */
async function theirs(cluster: Cluster): Promise<Figures> {
  const found = await findKubernetes();
  if (!found.available) throw new Error(found.reason);
  const kubectl = join(found.folder, "kubectl");
  const query = [
    "nvidia-smi",
    "--query-gpu=index,uuid,utilization.gpu,memory.used",
    "--format=csv,noheader,nounits",
  ];
  const run = (at: number) =>
    new Promise<void>((resolve, reject) => {
      const args = [
        "--kubeconfig",
        cluster.kubeconfigPath,
        "exec",
        "-n=default",
        `gpu-${at}`,
        "--",
        ...query,
      ];
      execFile(kubectl, args, (error) => (error ? reject(error as Error) : resolve()));
    });
  const before = childrenCpuMs();
  // A fifth of the time is enough to know what one costs.
  const rounds = SECONDS / 5;
  for (let round = 0; round < rounds; round++) for (let at = 0; at < PODS; at++) await run(at);
  return { cpuMs: childrenCpuMs() - before, seconds: rounds, readings: rounds * PODS, rssMiB: Number.NaN };
}

/** CPU time of the children of this process that have ended, from /proc. */
function childrenCpuMs(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticksMs = 10;
  return (Number(fields[13]) + Number(fields[14])) * ticksMs;
}

function pod(at: number): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `gpu-${at}`, namespace: "default" },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "main",
          image: gpuBoxImage,
          imagePullPolicy: "Never",
          command: ["sleep", "100000"],
          env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "0" }],
          resources: { limits: { "nvidia.com/gpu": "1" } },
        },
      ],
    },
  };
}

/** A page of eight GPUs that is another each second, with as many other metrics as a real one has. */
function exporter(): object {
  const line = readFileSync(join(root, "test", "golden", "gpu", "mapped.txt"), "utf8").trim();
  const names = [
    "DCGM_FI_DEV_GPU_UTIL",
    "DCGM_FI_DEV_FB_USED",
    "DCGM_FI_DEV_FB_FREE",
    "DCGM_FI_DEV_POWER_USAGE",
    "DCGM_FI_DEV_GPU_TEMP",
  ];
  const others = Array.from({ length: 30 }, (_, at) => `DCGM_FI_DEV_OTHER_${at}`);
  const lines = [...names, ...others].flatMap((name) =>
    Array.from({ length: PODS }, (_, at) =>
      line
        .replace("DCGM_FI_DEV_FB_USED", name)
        .replace('gpu="0"', `gpu="${at}"`)
        .replace("GPU-8f1f4d06", `GPU-${at}f1f4d06`)
        .replace('pod="gpu-test"', `pod="gpu-${at}"`)
        .replace(/ 0$/, " VALUE"),
    ),
  );
  const script = `mkdir -p /www; cat > /page <<'END'\n${lines.join("\n")}\nEND
httpd -p 9400 -h /www
n=0; while true; do n=$((n % 90 + 1)); sed "s/VALUE/$n/" /page > /www/next; mv /www/next /www/metrics; sleep 1; done`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "exporter", namespace: "gpu-operator", labels: { app: "nvidia-dcgm-exporter" } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "exporter",
          image: gpuBoxImage,
          imagePullPolicy: "Never",
          command: ["sh", "-c", script],
          ports: [{ name: "metrics", containerPort: 9400 }],
          readinessProbe: { httpGet: { path: "/metrics", port: 9400 }, periodSeconds: 1 },
        },
      ],
    },
  };
}

/** Our side, in its own process: samples with the panel's host, and says what that took. */
async function sample(kubeconfig: string, context: string): Promise<void> {
  const io = new KubeClusters(() => [kubeconfig], systemClock, silentLog);
  const clusters = new Clusters(io, systemClock, silentLog);
  await clusters.open(context);
  const gpus = new Gpus(clusters, systemClock, silentLog, () => true);
  // Messages to a page are structured clones, as VS Code makes them.
  const host = new GpuUsageHost(
    { clusters, gpus, clock: systemClock, log: silentLog } as unknown as App,
    (one) => void structuredClone(one),
  );
  host.setVisible(true);
  host.receive({ type: "ready" });
  const node = () => gpus.get(context)?.nodes[0];
  const next = () =>
    new Promise<void>((resolve) => {
      const listener = gpus.changed(() => {
        listener.dispose();
        resolve();
      });
    });
  const pods = () =>
    node()?.rows.reduce((sum, row) => (row.kind === "device" ? sum + (row.pods?.length ?? 0) : sum), 0);
  while (pods() !== PODS) await next();
  // The just-in-time compiler is part of no steady state.
  for (let second = 0; second < 5; second++) await next();
  const before = process.cpuUsage();
  const started = performance.now();
  let readings = 0;
  for (let tick = 0; tick < SECONDS; tick++) {
    await next();
    const fresh = (node()?.report.readMs ?? 0) > systemClock.now() - 2_500;
    readings += fresh ? PODS : 0;
  }
  const used = process.cpuUsage(before);
  const figures: Figures = {
    cpuMs: (used.user + used.system) / 1000,
    seconds: (performance.now() - started) / 1000,
    readings,
    rssMiB: process.memoryUsage.rss() / 1024 ** 2,
  };
  process.send?.(figures);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , kubeconfig = "", context = ""] = process.argv;
  await sample(kubeconfig, context);
}
