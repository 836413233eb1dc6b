// What the tests of dev environments share: the real devcontainers command line, stores and jobs on a real engine,
// and folders with dev containers that Slipway itself wrote.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "mocha";
import { Launches, type LaunchSpec } from "../../src/app/jobs/launch/launches.ts";
import { PodServers } from "../../src/app/jobs/launch/podServers.ts";
import type { ClusterPort } from "../../src/app/stores/cluster/port.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { Environments } from "../../src/app/stores/environments.ts";
import { UsedEnvironments } from "../../src/app/stores/environments/used.ts";
import { Forwards, type Memory } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { Emitter } from "../../src/base/event.ts";
import type { Log } from "../../src/base/log.ts";
import { frameworks } from "../../src/core/scaffold/frameworks.ts";
import { jupyterDevcontainer } from "../../src/core/scaffold/jupyterDevcontainer.ts";
import { Devcontainers } from "../../src/io/devcontainer/devcontainers.ts";
import { JupyterClient } from "../../src/io/jupyter/client.ts";
import { Processes } from "../../src/io/process/processes.ts";
import { root } from "../sources.ts";
import type { DockerEngine } from "../support/docker/engine.ts";
import { findPythonImage, loadPythonImage, pythonImage } from "../support/pythonImage.ts";
import { folderWith, type World, worldOn } from "../docker/world.ts";

export const program = join(root, "node_modules/@devcontainers/cli/dist/spec-node/devContainersSpecCLI.js");
export const guard = join(root, "src/io/process/endWithParent.ts");
const compiled = join(root, "node_modules/.cache/slipway-compiled");

export interface EnvironmentWorld extends World {
  launches: Launches;
  environments: Environments;
  used: UsedEnvironments;
  tools: Devcontainers;
  jupyter: JupyterClient;
  /** Every secret that was stored, by its key. */
  secrets: Map<string, string>;
  /** Paths of devcontainer.json files that the workspace has. */
  configs: string[];
  /** What outlives a window, besides the secrets. */
  kept: Map<string, unknown>;
}

const noClusters: ClusterPort = {
  load: async () => ({ contexts: [], problems: [] }),
  hasChanged: async () => false,
  watchFiles: async () => ({ dispose() {} }),
  connect: () => Promise.reject(new Error("there are no clusters")),
};

/** A window's worth of stores; `former` is the window before a reload, whose memories this one has. */
export function environmentsOn(docker: DockerEngine, former?: EnvironmentWorld): EnvironmentWorld {
  const world = worldOn(docker);
  const write = (text: string) => void world.log.push(text);
  const log: Log = {
    debug: write,
    info: write,
    warn: write,
    error: (text, cause) => write(`${text} ${String(cause)}`),
  };
  const secrets = former?.secrets ?? new Map<string, string>();
  const kept = former?.kept ?? new Map<string, unknown>();
  const memory = (key: string): Memory => ({
    read: () => kept.get(key),
    write: (value) => void kept.set(key, value),
  });
  const processes = new Processes(log, () => docker.env);
  const tools = new Devcontainers(processes, { program, guard, compiled });
  const jupyter = new JupyterClient();
  const store = {
    get: async (key: string) => secrets.get(key),
    store: async (key: string, value: string) => void secrets.set(key, value),
    delete: async (key: string) => void secrets.delete(key),
  };
  const common = { jupyter, secrets: store, clock: systemClock, log };
  const launches = new Launches({ ...common, engine: world.engine, tools }, memory("initializeCommands"));
  const configs: string[] = former?.configs ?? [];
  const used = new UsedEnvironments(memory("environments"));
  const workspace = {
    folders: () => [],
    configs: async () => configs,
    configsChanged: new Emitter<void>().event,
  };
  const clusters = new Clusters(noClusters, systemClock, log);
  const forwards = new Forwards({ clusters, clock: systemClock, log }, memory("forwards"), () => false);
  const environments = new Environments({
    ...common,
    containers: world.containers,
    clusters,
    forwards,
    pods: new PodServers({ ...common, clusters, forwards }),
    launches,
    workspace,
    used,
  });
  return {
    ...world,
    launches,
    environments,
    used,
    tools,
    jupyter,
    secrets,
    configs,
    kept,
    dispose() {
      environments.dispose();
      launches.dispose();
      world.dispose();
    },
  };
}

/** Puts the image that the written Dockerfiles begin with into the engine; skips where it can't be made. */
export async function withPython(test: Context, docker: DockerEngine): Promise<void> {
  const isThere = await docker.docker("image", "inspect", pythonImage).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const found = await findPythonImage();
  if (!found.available) {
    if ((process.env["SLIPWAY_REQUIRE"] ?? "").includes("docker")) throw new Error(found.reason);
    test.skip();
  } else await loadPythonImage((...args) => docker.docker(...args), found.archive);
}

/** A folder with this devcontainer.json. */
export function devcontainerOf(config: object): LaunchSpec {
  const folder = folderWith({ ".devcontainer/devcontainer.json": JSON.stringify(config) });
  return { folder, configFile: join(folder, ".devcontainer", "devcontainer.json"), rebuild: false };
}

/** Keeps what a launch says. */
export function watcher() {
  const steps: string[] = [];
  let text = "";
  return {
    steps,
    get text() {
      return text;
    },
    step: (step: string) => void steps.push(step),
    log: (more: string) => void (text += more),
  };
}

/** A folder with a dev container of Slipway's own, its devcontainer.json changed by `change`. */
export function devcontainer(change: (text: string) => string = (text) => text): LaunchSpec {
  const framework = frameworks.find((one) => one.id === "plain");
  if (!framework) throw new Error("no plain framework");
  const made = jupyterDevcontainer({ framework, python: "3.12", cuda: undefined, gpu: true });
  if ("problem" in made) throw new Error(made.problem);
  const folder = folderWith({ "notes.txt": "kept\n" });
  mkdirSync(join(folder, ".devcontainer"));
  writeFileSync(join(folder, ".devcontainer", "devcontainer.json"), change(made.files["devcontainer.json"]));
  writeFileSync(join(folder, ".devcontainer", "Dockerfile"), made.files.Dockerfile);
  return { folder, configFile: join(folder, ".devcontainer", "devcontainer.json"), rebuild: false };
}
