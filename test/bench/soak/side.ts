// One side of the soak, a process of its own: the explorer on the cluster, or nothing at all; both say how long their
// event loop was held up.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { App } from "../../../src/app/app.ts";
import { ClusterLooks } from "../../../src/app/stores/clusterLooks.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { Gpus } from "../../../src/app/stores/gpus.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { ClusterTree } from "../../../src/ui/rows/kube/clusterTree.ts";
import { type LongestTurn, longestTurn } from "../../support/longestTurn.ts";
import type { Row } from "../../../src/ui/view.ts";
import { Viewer } from "./viewer.ts";

export interface Figures {
  /** One a second. */
  rssBytes: number[];
  /** What its live objects take more at the end than at the beginning: what the collector has not fetched is not in it. */
  liveBytes: number;
  p99Ms: number;
  maxMs: number;
  /** The longest that a turn of the loop took of the processor: what others on the machine do is not in it. */
  turnMs: number;
  rows: number;
  /** Rows that are missing, too many, or other than in a fresh list. */
  wrong: number;
  refreshes: number;
  mostRefreshes: number;
}

/** So long without a change, all that the last ones led to has come. */
const QUIET_MS = 5_000;

async function idle(): Promise<void> {
  const watch = watched();
  await say("ready");
  await told("begin");
  watch.begin();
  await told("end");
  const figures: Figures = {
    ...watch.end(),
    liveBytes: 0,
    rows: 0,
    wrong: 0,
    refreshes: 0,
    mostRefreshes: 0,
  };
  await say(figures);
}

async function ours(via: string, direct: string, context: string): Promise<void> {
  const store = storeOn(via);
  const gpus = new Gpus(store, systemClock, silentLog, () => true);
  const memory = { read: () => undefined, write() {} };
  const looks = new ClusterLooks(memory, memory);
  const app = { clusters: store, gpus, looks, clock: systemClock, log: silentLog } as unknown as App;
  const tree = new ClusterTree(app);
  // As a person has it: what does not fit is opened by nobody.
  const isOpen = ({ label }: Row) => label !== "Resources" && !label.endsWith("more…");
  const viewer = new Viewer(tree, isOpen);
  await viewer.show();
  const watch = watched();
  const liveBytes = live();
  await say("ready");
  await told("begin");
  viewer.reset();
  watch.begin();
  await told("end");
  const counted = { refreshes: viewer.refreshes, mostRefreshes: viewer.mostInASecond };
  const measured = watch.end();
  await quiet(store);
  const grown = live() - liveBytes;
  const rows = rowsOf(store, context);
  const fresh = storeOn(direct);
  const cluster = await fresh.open(context);
  cluster.read("Pod");
  await cluster.settled("Pod");
  const expected = rowsOf(fresh, context);
  const uids = new Set([...rows.keys(), ...expected.keys()]);
  const wrong = Array.from(uids).filter((uid) => rows.get(uid) !== expected.get(uid));
  for (const uid of wrong.slice(0, 3)) console.log(`  wrong: ${rows.get(uid)}, not ${expected.get(uid)}`);
  const figures: Figures = {
    ...measured,
    ...counted,
    liveBytes: grown,
    rows: rows.size,
    wrong: wrong.length,
  };
  await say(figures);
}

function live(): number {
  if (!globalThis.gc) throw new Error("started without --expose-gc");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function storeOn(kubeconfig: string): Clusters {
  return new Clusters(new KubeClusters(() => [kubeconfig], systemClock, silentLog), systemClock, silentLog);
}

function rowsOf(store: Clusters, context: string): Map<string, string> {
  const rows = store.get(context)?.rows("Pod") ?? [];
  return new Map(rows.map((row) => [row.uid, JSON.stringify(row)]));
}

/** Resolves when nothing has come for a while. */
function quiet(store: Clusters): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      listener.dispose();
      resolve();
    };
    let timer = setTimeout(done, QUIET_MS);
    const listener = store.changed(() => {
      clearTimeout(timer);
      timer = setTimeout(done, QUIET_MS);
    });
  });
}

function watched(): { begin(): void; end(): Pick<Figures, "rssBytes" | "p99Ms" | "maxMs" | "turnMs"> } {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const rssBytes: number[] = [];
  let sampling: NodeJS.Timeout | undefined;
  let turn: LongestTurn | undefined;
  return {
    begin() {
      delay.enable();
      turn = longestTurn();
      sampling = setInterval(() => rssBytes.push(process.memoryUsage.rss()), 1000);
    },
    end() {
      delay.disable();
      turn?.stop();
      clearInterval(sampling);
      const turnMs = turn?.ms ?? Number.NaN;
      return { rssBytes, p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6, turnMs };
    },
  };
}

function say(message: unknown): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function told(wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = (message: unknown) => {
      if (message !== wanted) return;
      process.off("message", listener);
      resolve();
    };
    process.on("message", listener);
  });
}

const [, , who, via = "", direct = "", context = ""] = process.argv;
await (who === "ours" ? ours(via, direct, context) : idle());
process.exit(0);
