// 5,000 and 10,000 pods of a real API server (kwok): how soon they are rows, whether the event loop is held up, and
// what they weigh.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { type Bench, type BenchRow, median } from "./bench.ts";

const PODS = 5_000;
const RUNS = 7;
const MEBIBYTE = 1024 * 1024;

interface Figures {
  ms: number;
  longestBlockMs: number;
  rows: number;
  /** What is more on the heap than before, after the collector has been. */
  heapBytes: number;
}

export const bench: Bench = {
  name: "5,000 and 10,000 pods on a real API server",
  async run() {
    const cluster = await startCluster({ kwok: true });
    try {
      if (!cluster.fakeNodes) throw new Error("kwok did not start");
      await cluster.fakeNodes.addNodes(50);
      await cluster.fakeNodes.addPods({ name: "many", count: PODS });
      const rows = await measured(cluster, PODS, { client: 1 / 3 });
      await cluster.fakeNodes.addPods({ name: "more", count: PODS });
      rows.push(...(await measured(cluster, 2 * PODS, { client: 1 / 5, kubectl: 1 / 2, heapMiB: 15 })));
      return { rows };
    } finally {
      await cluster.stop();
    }
  },
};

async function measured(
  cluster: Cluster,
  pods: number,
  targets: { client: number; kubectl?: number; heapMiB?: number },
): Promise<BenchRow[]> {
  const turns: { ours: Figures; theirs: Figures; raw: Figures; kubectlMs: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    // Each in a process of its own, in turns, so that neither warms the other up.
    await collectGarbage(cluster);
    const ours = measure("ours", cluster.kubeconfigPath, cluster.context);
    await collectGarbage(cluster);
    const theirs = measure("client-node", cluster.kubeconfigPath, cluster.context);
    await collectGarbage(cluster);
    const raw = measure("raw", cluster.kubeconfigPath, String(pods));
    await collectGarbage(cluster);
    const started = performance.now();
    const table = await cluster.kubectl("get", "pods", "--all-namespaces", "--no-headers");
    const kubectlMs = performance.now() - started;
    for (const rows of [ours.rows, theirs.rows, raw.rows, table.trim().split("\n").length])
      if (rows !== pods) throw new Error(`${rows} rows instead of ${pods}`);
    turns.push({ ours, theirs, raw, kubectlMs });
  }
  const middle = (of: (turn: (typeof turns)[number]) => number) => median(turns.map(of));
  const many = pods.toLocaleString("en");
  // Of the two runs of each turn, which had the same machine to themselves.
  const beside = (
    name: string,
    peer: string,
    of: (turn: (typeof turns)[number]) => number,
    target?: number,
  ) => ({
    name,
    value: middle(({ ours }) => ours.ms),
    unit: "ms",
    peer,
    peerValue: middle(of),
    ratio: middle((turn) => turn.ours.ms / of(turn)),
    ...(target === undefined ? {} : { target }),
  });
  return [
    beside(
      `${many}: list until all are rows`,
      "client-node typed list",
      ({ theirs }) => theirs.ms,
      targets.client,
    ),
    beside(
      `${many}: beside a person's kubectl`,
      "kubectl get pods -A",
      (turn) => turn.kubectlMs,
      targets.kubectl,
    ),
    // How soon the server has sent it all: nobody who asks for a stream can be sooner.
    beside(`${many}: beside the same stream thrown away`, "Node's https", ({ raw }) => raw.ms),
    {
      name: `${many}: longest block of the event loop`,
      value: Math.max(...turns.map(({ ours }) => ours.longestBlockMs)),
      unit: "ms",
      target: 50,
    },
    {
      name: `${many}: the same of client-node's typed list`,
      value: Math.max(...turns.map(({ theirs }) => theirs.longestBlockMs)),
      unit: "ms",
    },
    {
      name: `${many}: what the rows weigh`,
      value: middle(({ ours }) => ours.heapBytes) / MEBIBYTE,
      unit: "MiB",
      ...(targets.heapMiB === undefined ? {} : { target: targets.heapMiB }),
    },
  ];
}

/** What a list leaves behind in the API server is not the affair of the next one. */
async function collectGarbage(cluster: Cluster): Promise<void> {
  await cluster.kubectl("get", "--raw", "/debug/pprof/heap?gc=1");
}

function measure(who: string, kubeconfig: string, context: string): Figures {
  const output = execFileSync(process.execPath, [
    "--expose-gc",
    fileURLToPath(import.meta.url),
    who,
    kubeconfig,
    context,
  ]);
  return JSON.parse(output.toString("utf8").trim().split("\n").at(-1) ?? "") as Figures;
}

/** Runs `work` and looks at the event loop meanwhile; loading code is done before. */
async function watched(work: () => Promise<number>): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  delay.enable();
  const started = performance.now();
  const rows = await work();
  const ms = performance.now() - started;
  // A block that ends the work shows only with the next turn of the loop.
  await new Promise((resolve) => setTimeout(resolve, 50));
  delay.disable();
  globalThis.gc?.();
  const heapBytes = process.memoryUsage().heapUsed - before;
  return { ms, longestBlockMs: delay.max / 1e6, rows, heapBytes };
}

async function ours(kubeconfig: string, context: string): Promise<Figures> {
  const io = new KubeClusters(() => [kubeconfig], systemClock, silentLog);
  const store = new Clusters(io, systemClock, silentLog);
  const cluster = await store.open(context);
  // As in the tree, where a namespace is opened after the namespaces were listed.
  cluster.read("Namespace");
  await cluster.settled("Namespace");
  const figures = await watched(async () => {
    cluster.read("Pod");
    await cluster.settled("Pod");
    return cluster.rows("Pod").length;
  });
  store.dispose();
  return figures;
}

async function theirs(kubeconfig: string): Promise<Figures> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  await api.listNamespace();
  return watched(async () => (await api.listPodForAllNamespaces()).items.length);
}

/** Counts the frames of the watch that begins with what is there, and looks into none. */
async function raw(kubeconfig: string, pods: number): Promise<Figures> {
  const config = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const data = (text: string | undefined) => Buffer.from(text ?? "", "base64");
  const cluster = config.clusters[0]?.cluster ?? {};
  const user = config.users[0]?.user ?? {};
  const query = new URLSearchParams({
    watch: "1",
    allowWatchBookmarks: "true",
    sendInitialEvents: "true",
    resourceVersionMatch: "NotOlderThan",
    resourceVersion: "0",
  });
  const asked = {
    ca: data(cluster["certificate-authority-data"]),
    cert: data(user["client-certificate-data"]),
    key: data(user["client-key-data"]),
    headers: { accept: "application/vnd.kubernetes.protobuf;stream=watch" },
  };
  return watched(
    () =>
      new Promise((resolve, reject) => {
        const sent = get(`${cluster["server"]}/api/v1/pods?${query.toString()}`, asked, (answer) => {
          let frames = 0;
          let head = 0;
          let headBytes = 0;
          let left = 0;
          answer.on("data", (piece: Buffer) => {
            for (let at = 0; at < piece.length; ) {
              if (left > 0) {
                const taken = Math.min(left, piece.length - at);
                left -= taken;
                at += taken;
                if (left === 0) frames += 1;
                continue;
              }
              head = head * 256 + (piece[at++] ?? 0);
              headBytes += 1;
              if (headBytes < 4) continue;
              left = head;
              head = 0;
              headBytes = 0;
            }
            // The last one says that these were all.
            if (frames <= pods) return;
            answer.destroy();
            resolve(frames - 1);
          });
        });
        sent.once("error", reject);
      }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , who, kubeconfig = "", context = ""] = process.argv;
  const figures =
    who === "ours"
      ? await ours(kubeconfig, context)
      : who === "raw"
        ? await raw(kubeconfig, Number(context))
        : await theirs(kubeconfig);
  console.log(JSON.stringify(figures));
  process.exit(0);
}
