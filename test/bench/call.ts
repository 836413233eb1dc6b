// A small call to a real API server: ours beside a bare kept connection, and beside client-node.
import { Agent, request } from "node:https";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { startCluster } from "../support/kubernetes/cluster.ts";
import { type Bench, median } from "./bench.ts";

const ROUNDS = 9;
const CALLS = 100;
const PATH = "/api/v1/namespaces/default";

export const bench: Bench = {
  name: "A small call to the API server",
  async run() {
    const cluster = await startCluster();
    try {
      const io = new KubeClusters(() => [cluster.kubeconfigPath], systemClock, silentLog);
      await io.load();
      const connection = await io.connect(cluster.context);
      const { ca, cert, key } = cluster.credentials;
      const agent = new Agent({ keepAlive: true, ca, cert, key });
      const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
      const config = new KubeConfig();
      config.loadFromFile(cluster.kubeconfigPath);
      const api = config.makeApiClient(CoreV1Api);
      const signal = never();
      const ways = {
        ours: () => connection.transport.json({ path: PATH }, signal),
        raw: () => rawCall(agent, cluster.port),
        theirs: () => api.readNamespace({ name: "default" }),
      };
      const figures: Record<keyof typeof ways, number[]> = { ours: [], raw: [], theirs: [] };
      for (const way of Object.values(ways)) await timed(way, 20);
      for (let round = 0; round < ROUNDS; round++) {
        figures.raw.push(await timed(ways.raw, CALLS));
        figures.ours.push(await timed(ways.ours, CALLS));
        figures.theirs.push(await timed(ways.theirs, 20));
      }
      agent.destroy();
      connection.dispose();
      const [ours, raw, theirs] = [median(figures.ours), median(figures.raw), median(figures.theirs)];
      return {
        rows: [
          {
            name: "one call",
            value: ours,
            unit: "ms",
            peer: "raw kept connection",
            peerValue: raw,
            ratio: ours / raw,
            target: 1.3,
          },
          {
            name: "one call",
            value: ours,
            unit: "ms",
            peer: "client-node",
            peerValue: theirs,
            ratio: ours / theirs,
          },
        ],
      };
    } finally {
      await cluster.stop();
    }
  },
};

/** Milliseconds of one call, over many. */
async function timed(call: () => Promise<unknown>, calls: number): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < calls; index++) await call();
  return (performance.now() - started) / calls;
}

function rawCall(agent: Agent, port: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path: PATH, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
