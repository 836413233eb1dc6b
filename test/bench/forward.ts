// Port-forward into a real pod: ours beside kubectl's, each in a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { boxImage } from "../support/images.ts";
import { findKubernetes } from "../support/kubernetes/binaries.ts";
import { type Cluster, startCluster } from "../support/kubernetes/cluster.ts";
import { type Bench, type BenchRow, median } from "./bench.ts";

const MEBIBYTE = 1024 * 1024;
const BYTES = 512 * MEBIBYTE;
const ROUNDS = 5;
/** The slowest of some hundred connections vary most. */
const RUSHES = 9;
const SETTLE_MS = 500;
const CONNECTIONS = 600;
const AT_ONCE = 16;
const PORTS = { echo: 9000, down: 9001, up: 9002 };

interface Side {
  ports: typeof PORTS;
  rssBytes(): Promise<number>;
  stop(): void;
}

export const bench: Bench = {
  name: "Port-forward into a real pod",
  async run() {
    const cluster = await startCluster({ demo: true });
    try {
      // As many letters as connections may wait to be accepted. With two, the kernel of the pod drops those of the
      // third and its client tries again after one second and three: a measure of that, and not of the way there.
      const listen = `nc -${"l".repeat(128)}`;
      const serve = [
        `${listen} -p ${PORTS.echo} -e cat &`,
        `nc -ll -p ${PORTS.down} -e cat /dev/zero &`,
        // dd by the mebibyte: head and wc took five seconds of processor time themselves.
        `nc -ll -p ${PORTS.up} -e sh -c 'dd of=/dev/null bs=1M iflag=fullblock count=${BYTES / MEBIBYTE} 2>/dev/null; echo done' &`,
        "wait",
      ].join("\n");
      await cluster.apply(wirePod(serve));
      await cluster.kubectl("wait", "-n=default", "--for=condition=Ready", "pod/wire", "--timeout=60s");
      const [ours, theirs] = [await startOurs(cluster), await startKubectl(cluster)];
      try {
        return { rows: await compare(ours, theirs) };
      } finally {
        ours.stop();
        theirs.stop();
      }
    } finally {
      await cluster.stop();
    }
  },
};

function wirePod(script: string): object {
  const command = ["sh", "-c", script];
  const container = { name: "main", image: boxImage, imagePullPolicy: "Never", command };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "wire", namespace: "default" },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  };
}

async function compare(ours: Side, theirs: Side): Promise<BenchRow[]> {
  // First, while the process has grown by nothing else.
  const grownMiB = await stalled(ours);
  const seconds = { down: [[], []], up: [[], []], p99: [[], []] } as Record<string, [number[], number[]]>;
  const measures = [
    { what: "down", rounds: ROUNDS, measure: (side: Side) => down(side.ports.down) },
    { what: "up", rounds: ROUNDS, measure: (side: Side) => up(side.ports.up) },
    { what: "p99", rounds: RUSHES, measure: (side: Side) => connections(side.ports.echo) },
  ];
  for (const { what, rounds, measure } of measures) {
    for (let round = 0; round < rounds; round++) {
      for (const [index, side] of [ours, theirs].entries()) {
        // What the one before has left in the pipes must not be taken for this one's.
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        seconds[what]?.[index]?.push(await measure(side));
      }
    }
  }
  const row = (name: string, what: string, unit: string, target: number): BenchRow => {
    const [mine = [], peer = []] = seconds[what] ?? [];
    const ratio = median(mine.map((one, turn) => one / (peer[turn] ?? Number.NaN)));
    return {
      name,
      value: median(mine),
      unit,
      peer: "kubectl port-forward",
      peerValue: median(peer),
      ratio,
      target,
    };
  };
  return [
    row("512 MiB down", "down", "s", 1),
    row("512 MiB up", "up", "s", 1),
    row(`p99 of a new connection, ${AT_ONCE} at a time`, "p99", "ms", 0.8),
    { name: "memory beside a reader that rests", value: grownMiB, unit: "MiB", target: 32 },
  ];
}

/** Seconds until that many bytes have come. */
async function down(port: number): Promise<number> {
  const started = performance.now();
  const socket = connect(port, "127.0.0.1");
  let got = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on("data", (bytes: Buffer) => {
      got += bytes.length;
      if (got >= BYTES) resolve();
    });
    socket.once("close", () => reject(new Error(`closed after ${got} bytes`)));
  });
  socket.destroy();
  return (performance.now() - started) / 1000;
}

/** Seconds until the pod has said that it got that many bytes. */
async function up(port: number): Promise<number> {
  const started = performance.now();
  const socket = connect(port, "127.0.0.1");
  const chunk = Buffer.alloc(MEBIBYTE, 7);
  const said = once(socket, "data");
  for (let sent = 0; sent < BYTES; sent += MEBIBYTE) if (!socket.write(chunk)) await once(socket, "drain");
  await said;
  socket.destroy();
  return (performance.now() - started) / 1000;
}

/** Milliseconds that the slowest of a hundred new connections takes until its first echo. */
async function connections(port: number): Promise<number> {
  const took: number[] = [];
  let left = CONNECTIONS;
  const worker = async () => {
    while (left-- > 0) {
      const started = performance.now();
      const socket = connect(port, "127.0.0.1");
      socket.write("?");
      await once(socket, "data");
      took.push(performance.now() - started);
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  took.sort((one, other) => one - other);
  return took[Math.floor(took.length * 0.99)] ?? Number.NaN;
}

/** MiB by which our process grows within five seconds while its reader takes nothing. */
async function stalled(side: Side): Promise<number> {
  const before = await side.rssBytes();
  const socket: Socket = connect(side.ports.down, "127.0.0.1");
  await once(socket, "data");
  socket.pause();
  let most = 0;
  for (let second = 0; second < 5; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    most = Math.max(most, (await side.rssBytes()) - before);
  }
  socket.destroy();
  return most / MEBIBYTE;
}

async function startOurs(cluster: Cluster): Promise<Side> {
  const args = [fileURLToPath(import.meta.url), cluster.kubeconfigPath, cluster.context];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ports = (await message(child)) as typeof PORTS;
  return {
    ports,
    async rssBytes() {
      child.send("rss");
      return (await message(child)) as number;
    },
    stop: () => void child.kill(),
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once("message", resolve));
}

async function startKubectl(cluster: Cluster): Promise<Side> {
  const found = await findKubernetes();
  if (!found.available) throw new Error(found.reason);
  const wanted = Object.values(PORTS).map((port) => `:${port}`);
  const args = ["--kubeconfig", cluster.kubeconfigPath, "port-forward", "-n=default", "pod/wire", ...wanted];
  const child = spawn(join(found.folder, "kubectl"), args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  const ports: Record<string, number> = {};
  await new Promise<void>((resolve) =>
    child.stdout.on("data", (bytes: Buffer) => {
      said += String(bytes);
      const lines = Array.from(said.matchAll(/127\.0\.0\.1:(\d+) -> (\d+)/g));
      for (const [name, port] of Object.entries(PORTS)) {
        const line = lines.find((one) => Number(one[2]) === port);
        if (line) ports[name] = Number(line[1]);
      }
      if (Object.keys(ports).length === 3) resolve();
    }),
  );
  return {
    ports: ports as typeof PORTS,
    rssBytes: () => Promise.resolve(Number.NaN),
    stop: () => void child.kill(),
  };
}

function once(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off("error", reject);
      resolve();
    });
    socket.once("error", reject);
  });
}

/** Our side, in its own process: forwards the three ports, and says its memory when asked. */
async function serveOurs(kubeconfig: string, context: string): Promise<void> {
  const io = new KubeClusters(() => [kubeconfig], systemClock, silentLog);
  const clusters = new Clusters(io, systemClock, silentLog);
  const memory = { read: () => undefined, write() {} };
  const forwards = new Forwards({ clusters, clock: systemClock, log: silentLog }, memory, () => false);
  const ports: Record<string, number> = {};
  for (const [name, port] of Object.entries(PORTS)) {
    const where = {
      context,
      namespace: "default",
      kind: "Pod",
      name: "wire",
      port,
      localPort: port + 20_000,
    };
    const forward = await forwards.add(where);
    while (forward.state.kind !== "ready")
      await new Promise<void>((resolve) => {
        const listener = forwards.changed(() => {
          listener.dispose();
          resolve();
        });
      });
    ports[name] = Number(new URL(forward.url ?? "").port);
  }
  process.on("message", () => process.send?.(process.memoryUsage.rss()));
  process.send?.(ports);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , kubeconfig = "", context = ""] = process.argv;
  await serveOurs(kubeconfig, context);
}
