// Ten minutes of 10,000 pods of a real API server (kwok) under 50 changes a second, with the connections reset each
// minute: whether the rows are right at the end, what memory grew by, how long the loop was held up, and how often
// the tree was drawn.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startFaultProxy } from "../support/faultProxy.ts";
import { startCluster } from "../support/kubernetes/cluster.ts";
import type { Bench, BenchRow } from "./bench.ts";
import { Churn } from "./soak/churn.ts";
import { growth, MEBIBYTE, type Memory } from "./soak/growth.ts";
import type { Figures } from "./soak/side.ts";

const PODS = 10_000;
const NODES = 50;
const CHANGES_PER_SECOND = 50;
/** Shorter only for trying out. */
const SECONDS = Number(process.env["SLIPWAY_SOAK_SECONDS"] ?? 600);
const RESET_EACH_MS = 60_000;
/** What is built up at first is no growth. */
const WARM_SECONDS = Math.min(60, SECONDS / 4);

export const bench: Bench = {
  name: `${SECONDS} s of ${CHANGES_PER_SECOND} changes a second among ${PODS.toLocaleString("en")} pods`,
  async run() {
    const cluster = await startCluster({ kwok: true });
    const proxy = await startFaultProxy({ port: cluster.port });
    const children: ChildProcess[] = [];
    try {
      if (!cluster.fakeNodes) throw new Error("kwok did not start");
      await cluster.fakeNodes.addNodes(NODES);
      const churn = new Churn(cluster, CHANGES_PER_SECOND, NODES);
      await churn.fill(PODS);
      const via = await cluster.kubeconfigVia(`https://127.0.0.1:${proxy.port}`);
      const ours = side(children, "ours", via, cluster.kubeconfigPath, cluster.context);
      // Beside it a process that does nothing: what it is held up by is the machine's doing.
      const idle = side(children, "idle");
      for (const one of [ours, idle]) await said(one, "ready");
      for (const one of [ours, idle]) one.send("begin");
      let resets = 0;
      const resetting = setInterval(() => {
        proxy.resetOpen();
        resets++;
      }, RESET_EACH_MS);
      await churn.run(SECONDS);
      clearInterval(resetting);
      const theirs = figuresOf(idle);
      idle.send("end");
      const figures = figuresOf(ours);
      ours.send("end");
      console.log(
        `  ${churn.made} creates, ${churn.patched} patches, ${churn.removed} deletes, ${churn.failed} refused; ` +
          `${resets} resets, ${proxy.total} connections, ${(proxy.bytesFromServer / 2 ** 20).toFixed(0)} MiB received`,
      );
      return { rows: rowsOf(await figures, await theirs) };
    } finally {
      for (const child of children) child.kill();
      await proxy.stop();
      await cluster.stop();
    }
  },
};

function rowsOf(figures: Figures, idle: Figures): BenchRow[] {
  const memory: Memory = growth(figures.rssBytes, WARM_SECONDS);
  return [
    { name: "rows wrong against a fresh list", value: figures.wrong, unit: "rows", target: 0 },
    { name: "rows at the end", value: figures.rows, unit: "rows" },
    { name: "memory grown since minute 1", value: memory.grownMiB, unit: "MiB", target: 20 },
    { name: "live objects grown over all", value: figures.liveBytes / MEBIBYTE, unit: "MiB", target: 3 },
    { name: "slope of memory", value: memory.mibPerMinute, unit: "MiB/min" },
    {
      name: "p99 of the event loop's delay",
      value: figures.p99Ms,
      unit: "ms",
      target: 50,
    },
    { name: "longest delay of the event loop", value: figures.maxMs, unit: "ms", target: 50 },
    { name: "the same of a process that does nothing", value: idle.maxMs, unit: "ms" },
    { name: "p99 of that process", value: idle.p99Ms, unit: "ms" },
    { name: "longest turn, in time of the processor", value: figures.turnMs, unit: "ms", target: 50 },
    { name: "most tree refreshes in a second", value: figures.mostRefreshes, unit: "", target: 4 },
    { name: "tree refreshes a second", value: figures.refreshes / SECONDS, unit: "" },
  ];
}

function side(children: ChildProcess[], ...args: string[]): ChildProcess {
  const program = fileURLToPath(new URL("./soak/side.ts", import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", program, ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.push(child);
  return child;
}

async function figuresOf(child: ChildProcess): Promise<Figures> {
  return (await said(child)) as Figures;
}

/** The next message; fails when the process ends without one. */
function said(child: ChildProcess, wanted?: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`A side of the soak ended with ${code}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      if (wanted === undefined || message === wanted) resolve(message);
      else reject(new Error(`${JSON.stringify(message)} instead of ${wanted}`));
    });
  });
}
