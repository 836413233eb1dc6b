// Dev environments as commands and the view see them: a real store over an engine, a Jupyter and a command line
// whose answers a test sets.
import type { App } from "../../../src/app/app.ts";
import { Launches } from "../../../src/app/jobs/launch/launches.ts";
import { PodServers } from "../../../src/app/jobs/launch/podServers.ts";
import type { ClusterPort } from "../../../src/app/stores/cluster/port.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { Environments } from "../../../src/app/stores/environments.ts";
import type { JupyterCheck } from "../../../src/app/stores/environments/ports.ts";
import { Forwards } from "../../../src/app/stores/forwards.ts";
import { UsedEnvironments } from "../../../src/app/stores/environments/used.ts";
import { Emitter } from "../../../src/base/event.ts";
import { silentLog } from "../../../src/base/log.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { type FakeDocker, fakeDocker } from "../docker/fakeApp.ts";

export interface FakeEnvironments {
  docker: FakeDocker;
  app: App;
  environments: Environments;
  /** Files by path. */
  files: Map<string, string>;
  check: JupyterCheck;
  /** What the devcontainers command line prints and how it ends, a run each. */
  runs: { lines: string[]; outcome: object }[];
  secrets: Map<string, string>;
  attached: string[];
  canAttach: boolean;
  offered: number;
  hasJupyter: boolean;
  folders: string[];
}

const noClusters: ClusterPort = {
  load: async () => ({ contexts: [], problems: [] }),
  hasChanged: async () => false,
  watchFiles: async () => ({ dispose() {} }),
  connect: () => Promise.reject(new Error("there are no clusters")),
};

export const runtimeFile = (port: number, token: string) =>
  `slipway-jupyter-file ${JSON.stringify({ base_url: "/", hostname: "0.0.0.0", pid: 7, port, token })}\n`;

export function fakeEnvironments(): FakeEnvironments {
  const docker = fakeDocker();
  const kept = new Map<string, unknown>();
  const memory = (key: string) => ({
    read: () => kept.get(key),
    write: (value: unknown) => void kept.set(key, value),
  });
  const fake: Omit<FakeEnvironments, "app" | "environments"> = {
    docker,
    files: new Map(),
    check: {
      kind: "ready",
      version: "2.1",
      kernels: [{ name: "python3", displayName: "Python 3", language: "python" }],
    },
    runs: [],
    secrets: new Map(),
    attached: [],
    canAttach: false,
    offered: 0,
    hasJupyter: false,
    folders: [],
  };
  const tools = {
    docker: async () => "docker",
    async up(args: string[], onLine: (line: string, stream: "stdout" | "stderr") => void) {
      docker.did.push(args.join(" "));
      const run = fake.runs.shift() ?? { lines: [], outcome: {} };
      for (const line of run.lines) onLine(line, "stderr");
      onLine(JSON.stringify(run.outcome), "stdout");
      return { exitCode: 0, ms: 1 };
    },
    async composeDown() {},
    runScript: async () => ({ exitCode: 0, stdout: "", stderr: "" }),
    async read(path: string) {
      const text = fake.files.get(path);
      if (text === undefined) throw new Trouble("not-found", `There is no file ${path} any more.`);
      return text;
    },
    exists: async (path: string) => fake.files.has(path),
    async create(folder: string, files: Readonly<Record<string, string>>) {
      for (const [name, text] of Object.entries(files)) fake.files.set(`${folder}/${name}`, text);
    },
  };
  const secrets = {
    get: async (key: string) => fake.secrets.get(key),
    store: async (key: string, value: string) => void fake.secrets.set(key, value),
    delete: async (key: string) => void fake.secrets.delete(key),
  };
  const jupyter = {
    check: async () => fake.check,
    runCell: async () => ({ ok: true, output: "Python 3.12\n" }),
  };
  const common = { jupyter, secrets, clock: docker.clock, log: silentLog };
  const { containers } = docker.app;
  containers.engine.execute = async (_id, argv) =>
    argv[0] === "nvidia-smi" ? { exitCode: 0, output: "GPU 0: NVIDIA H100 (UUID: GPU-1)\n" } : docker.execute;
  const launches = new Launches({ ...common, engine: containers.engine, tools }, memory("allowed"));
  const workspace = {
    folders: () => fake.folders,
    configs: async () => Array.from(fake.files.keys()).filter((path) => path.endsWith("devcontainer.json")),
    configsChanged: new Emitter<void>().event,
  };
  const usedEnvironments = new UsedEnvironments(memory("used"));
  const clusters = new Clusters(noClusters, docker.clock, silentLog);
  const forwards = new Forwards(
    { clusters, clock: docker.clock, log: silentLog },
    memory("forwards"),
    () => false,
  );
  const environments = new Environments({
    ...common,
    containers,
    clusters,
    forwards,
    pods: new PodServers({ ...common, clusters, forwards }),
    launches,
    workspace,
    used: usedEnvironments,
  });
  const app: App = {
    ...docker.app,
    environments: async () => environments,
    usedEnvironments,
    launches,
    devcontainerFiles: tools,
    workspace,
    kernels: { isAvailable: () => fake.hasJupyter, offer: async () => void (fake.offered += 1) },
    attachment: {
      isAvailable: () => fake.canAttach,
      open: async (name, folder) => void fake.attached.push(`${name} ${folder}`),
    },
  };
  return Object.assign(fake, { app, environments });
}
