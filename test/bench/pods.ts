// 5,000 pods of a real API server (kwok): how soon they are rows, and whether the event loop is held up.
import { execFileSync } from "node:child_process";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { startCluster } from "../support/kubernetes/cluster.ts";
import { type Bench, median } from "./bench.ts";

const PODS = 5_000;
const RUNS = 7;

interface Figures {
  ms: number;
  longestBlockMs: number;
  rows: number;
}

export const bench: Bench = {
  name: "5,000 pods on a real API server",
  async run() {
    const cluster = await startCluster({ kwok: true });
    try {
      if (!cluster.fakeNodes) throw new Error("kwok did not start");
      await cluster.fakeNodes.addNodes(50);
      await cluster.fakeNodes.addPods({ name: "many", count: PODS });
      const ours: Figures[] = [];
      const theirs: Figures[] = [];
      for (let run = 0; run < RUNS; run++) {
        // Each in a process of its own, in turns, so that neither warms the other up.
        ours.push(measure("ours", cluster.kubeconfigPath, cluster.context));
        theirs.push(measure("client-node", cluster.kubeconfigPath, cluster.context));
      }
      const few = ours.find(({ rows }) => rows !== PODS) ?? theirs.find(({ rows }) => rows !== PODS);
      if (few) throw new Error(`${few.rows} rows instead of ${PODS}`);
      const ms = median(ours.map((one) => one.ms));
      const theirMs = median(theirs.map((one) => one.ms));
      return {
        rows: [
          {
            name: "list until all are rows",
            value: ms,
            unit: "ms",
            peer: "client-node typed list",
            peerValue: theirMs,
            // Of the two runs of each turn, which had the same machine to themselves.
            ratio: median(ours.map((one, turn) => one.ms / (theirs[turn]?.ms ?? Number.NaN))),
            target: 1 / 3,
          },
          {
            name: "longest block of the event loop",
            value: Math.max(...ours.map((one) => one.longestBlockMs)),
            unit: "ms",
            target: 50,
          },
          {
            name: "the same of client-node's typed list",
            value: Math.max(...theirs.map((one) => one.longestBlockMs)),
            unit: "ms",
          },
        ],
      };
    } finally {
      await cluster.stop();
    }
  },
};

function measure(who: string, kubeconfig: string, context: string): Figures {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), who, kubeconfig, context]);
  return JSON.parse(output.toString("utf8").trim().split("\n").at(-1) ?? "") as Figures;
}

/** Runs `work` and looks at the event loop meanwhile; loading code is done before. */
async function watched(work: () => Promise<number>): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const rows = await work();
  const ms = performance.now() - started;
  // A block that ends the work shows only with the next turn of the loop.
  await new Promise((resolve) => setTimeout(resolve, 50));
  delay.disable();
  return { ms, longestBlockMs: delay.max / 1e6, rows };
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , who, kubeconfig = "", context = ""] = process.argv;
  const figures = who === "ours" ? await ours(kubeconfig, context) : await theirs(kubeconfig);
  console.log(JSON.stringify(figures));
  process.exit(0);
}
