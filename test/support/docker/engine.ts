// A Docker engine of the tests' own, with the GPU stack in a known state. Linux, root.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { makeCgroups } from "../cleanup.ts";
import { findProgram, runCommand, runQuietly, waitUntil } from "../command.ts";
import { boxImage, imagesUnavailable, writeBoxArchive } from "../images.ts";
import { beginRun, type Run, type Running } from "../run.ts";
import { findDockerBinaries } from "./binaries.ts";
import { type GpuState, writeCdi } from "./cdi.ts";

export type DockerOptions = {
  gpu?: GpuState;
  /** How many GPUs the machine has; 2 unless said otherwise. */
  gpus?: number;
  /** Size of its disk, for an engine whose disk is full; else it has that of the machine. */
  diskMiB?: number;
};

export type DockerEngine = {
  readonly run: Run;
  /** `unix://…`, as in DOCKER_HOST. */
  readonly host: string;
  readonly socketPath: string;
  /** A Docker configuration folder with the engine's plugins and nobody's passwords. */
  readonly dockerConfigDir: string;
  readonly cliPath: string;
  /** The environment for clients: DOCKER_HOST, DOCKER_CONFIG, and a PATH with the client first. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs the docker client. */
  docker(...args: string[]): Promise<string>;
  /** Changes the state of the GPU stack; only to or from `no-toolkit` does the daemon need a restart. */
  setGpu(state: GpuState): Promise<void>;
  /** Kills the daemon at once, as a crash would; `start` starts it again on the same data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends everything and removes the data. */
  stop(): Promise<void>;
};

/** Why an engine of our own can't run here, or undefined when it can. */
export function engineUnavailable(): string | undefined {
  if (process.platform !== "linux") return "a Docker engine of the tests' own needs Linux";
  if (process.getuid?.() !== 0) return "a Docker engine of the tests' own needs root";
  const missing = ["iptables", "ip", "docker"].filter((name) => !findProgram(name));
  if (missing.length > 0) return `a Docker engine needs ${missing.join(", ")}, which are not installed`;
  return imagesUnavailable();
}

/** Starts the current engine; throws with the reason when it can't be had. */
export async function startDocker(options: DockerOptions = {}): Promise<DockerEngine> {
  const reason = engineUnavailable();
  if (reason) throw new Error(reason);
  const found = await findDockerBinaries();
  if (!found.available) throw new Error(found.reason);
  return startEngine({
    programFolders: [found.engineFolder],
    toolkitFolder: found.toolkitFolder,
    plugins: { "docker-buildx": found.pluginFolder, "docker-compose": found.composeFolder },
    gpu: options.gpu ?? "cdi",
    gpus: options.gpus ?? 2,
    diskMiB: options.diskMiB,
    daemonArguments: (folder) => [`--cdi-spec-dir=${join(folder, "cdi")}`],
  });
}

export type EngineParts = {
  /** Where dockerd, containerd, its shim and runc are; first found, first taken. */
  programFolders: readonly string[];
  toolkitFolder: string | undefined;
  /** Folders of the client's plugins, by their names. */
  plugins: Readonly<Record<string, string>>;
  gpu: GpuState;
  gpus: number;
  diskMiB?: number | undefined;
  daemonArguments(folder: string): string[];
};

/** Starts an engine from parts; the current and the old one differ only in these. */
export async function startEngine(parts: EngineParts): Promise<DockerEngine> {
  const run = beginRun();
  try {
    return await startIn(run, parts);
  } catch (error) {
    await run.end();
    throw error;
  }
}

async function startIn(run: Run, parts: EngineParts): Promise<DockerEngine> {
  const folder = join(run.folder, "docker");
  mkdirSync(folder);
  makeCgroups(run.id);
  makeBridge(run);
  if (parts.diskMiB !== undefined) {
    const data = join(folder, "data");
    mkdirSync(data);
    // Taken down with the run, as every mount under its folder.
    await runCommand("mount", ["-t", "tmpfs", "-o", `size=${parts.diskMiB}m`, "tmpfs", data]);
  }
  const socketPath = join(folder, "docker.sock");
  const host = `unix://${socketPath}`;
  const cliPath = findProgram("docker") ?? "docker";
  const dockerConfigDir = writeClientConfig(folder, parts.plugins);
  const env = {
    ...withoutDocker(process.env),
    DOCKER_HOST: host,
    DOCKER_CONFIG: dockerConfigDir,
    PATH: `${dirname(cliPath)}${delimiter}${process.env["PATH"] ?? ""}`,
  };
  const docker = (...args: string[]): Promise<string> => runCommand(cliPath, args, { env });
  writeFileSync(join(folder, "daemon.json"), "{}");
  let gpu = parts.gpu;
  writeCdi(folder, gpu, parts.gpus);

  let daemon: Running | undefined;
  const start = async (): Promise<void> => {
    if (daemon?.isAlive()) return;
    const launched = run.start(
      "dockerd",
      programIn(parts.programFolders, "dockerd"),
      daemonArguments(run, folder, host, parts),
      {
        env: { ...withoutDocker(process.env), PATH: daemonPath(run, parts, gpu !== "no-toolkit") },
      },
    );
    daemon = launched;
    await waitUntil("the Docker engine to answer", 60_000, async () => {
      if (!launched.isAlive()) throw new Error(`dockerd ended:\n${launched.log()}`);
      await docker("version");
      return true;
    });
  };
  await start();
  const archive = join(folder, "box.tar");
  await writeBoxArchive(archive, boxImage, {});
  await docker("load", "--input", archive);

  return {
    run,
    host,
    socketPath,
    dockerConfigDir,
    cliPath,
    env,
    docker,
    async setGpu(state) {
      const restart = (state === "no-toolkit") !== (gpu === "no-toolkit");
      gpu = state;
      writeCdi(folder, state, parts.gpus);
      if (!restart) return;
      await daemon?.end();
      await start();
    },
    async kill() {
      await daemon?.end("SIGKILL");
    },
    start,
    async stop() {
      // Networks that a test made are links of the machine; containers that use them go first.
      if (daemon?.isAlive()) await removeContainersAndNetworks(docker);
      await run.end();
    },
  };
}

function programIn(folders: readonly string[], name: string): string {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

function daemonArguments(run: Run, folder: string, host: string, parts: EngineParts): string[] {
  return [
    `--config-file=${join(folder, "daemon.json")}`,
    `--data-root=${join(folder, "data")}`,
    `--exec-root=${join(folder, "exec")}`,
    `--pidfile=${join(folder, "dockerd.pid")}`,
    `--host=${host}`,
    `--bridge=${run.id}`,
    // No rules on the machine, so that two engines can't cross each other: published ports go through docker-proxy.
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--ip-masq=false",
    `--cgroup-parent=/${run.id}`,
    ...parts.daemonArguments(folder),
  ];
}

/**
 * A PATH for the daemon with just what it needs: what else the machine has, a real GPU toolkit above all, must not
 * decide what a test sees.
 */
function daemonPath(run: Run, parts: EngineParts, withToolkit: boolean): string {
  const links = join(run.folder, "docker", "bin");
  try {
    mkdirSync(links);
    for (const name of [
      "iptables",
      "ip6tables",
      "ip",
      "mount",
      "umount",
      "ps",
      "git",
      "xz",
      "unpigz",
      "nsenter",
    ]) {
      const program = findProgram(name);
      if (program) symlinkSync(program, join(links, name));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const toolkit = withToolkit && parts.toolkitFolder ? [parts.toolkitFolder] : [];
  return [...parts.programFolders, ...toolkit, links].join(delimiter);
}

/** A bridge with the run's name, which goes with the run; `docker0` is left to whoever else runs an engine here. */
function makeBridge(run: Run): void {
  const taken = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map((address) => address.address),
  );
  const free = Array.from({ length: 250 }, (_, step) => `10.245.${(process.pid + step) % 250}`).find(
    (prefix) => !taken.some((address) => address.startsWith(`${prefix}.`)),
  );
  if (!free) throw new Error("no free network under 10.245.0.0/16");
  runQuietly("ip", ["link", "add", "name", run.id, "type", "bridge"]);
  runQuietly("ip", ["address", "add", `${free}.1/24`, "dev", run.id]);
  runQuietly("ip", ["link", "set", run.id, "up"]);
}

function writeClientConfig(folder: string, plugins: EngineParts["plugins"]): string {
  const config = join(folder, "client");
  mkdirSync(join(config, "cli-plugins"), { recursive: true });
  writeFileSync(join(config, "config.json"), "{}\n");
  for (const [name, place] of Object.entries(plugins)) {
    symlinkSync(join(place, name), join(config, "cli-plugins", name));
  }
  return config;
}

/** The environment without what points a client or a daemon elsewhere. */
function withoutDocker(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(DOCKER|BUILDX|BUILDKIT|COMPOSE)_/.test(name)),
  );
}

async function removeContainersAndNetworks(docker: DockerEngine["docker"]): Promise<void> {
  try {
    const containers = (await docker("ps", "--all", "--quiet")).split("\n").filter(Boolean);
    if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
    await docker("network", "prune", "--force");
  } catch {
    // An engine in a bad state is taken down all the same, from outside.
  }
}
