// The job of launching a dev container: by the devcontainers command line, with the GPU decision taken here, and
// with a Jupyter server at the end that was reached and checked.
import type { Disposable } from "../../../base/disposables.ts";
import { isAbort, type Signal, throwIfAborted } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { type DevcontainerConfig, readConfig } from "../../../core/devcontainer/config.ts";
import { decideGpu, type GpuDecision, isGpuFailure } from "../../../core/devcontainer/gpu.ts";
import {
  explainLaunch,
  type LaunchOutcome,
  planLaunch,
  readLogLine,
  readOutcome,
} from "../../../core/devcontainer/launch.ts";
import { withoutTokens } from "../../../core/devcontainer/jupyter.ts";
import { devcontainerId } from "../../../core/devcontainer/names.ts";
import { gpuSupport } from "../../../core/image/gpuSupport.ts";
import type { ContainerSummary } from "../../../core/image/objects.ts";
import type { Memory } from "../../stores/forwards.ts";
import { type FoundJupyter, JupyterServers, type JupyterWorld, type ReadyJupyter } from "./jupyterServers.ts";

export interface LaunchSpec {
  folder: string;
  configFile: string;
  /** Throws the container away and makes it anew. */
  rebuild: boolean;
}

export interface LaunchWatcher {
  step(text: string): void;
  /** Text for the log, with its line ends. */
  log(text: string): void;
}

export interface Launched {
  id: string;
  containerId: string;
  remoteFolder: string;
  gpu: GpuDecision;
}

/** As much of the log is looked at for the reason of a failure. */
const keptLog = 32_768;

export class Launches implements Disposable {
  readonly #servers: JupyterServers;
  readonly #world: JupyterWorld;
  readonly #allowed: Memory;
  readonly #ended = new AbortController();

  /** @param allowed remembers which commands may run on this machine. */
  constructor(world: JupyterWorld, allowed: Memory) {
    this.#world = world;
    this.#allowed = allowed;
    this.#servers = new JupyterServers(world);
  }

  /** Ends what runs: a window that closes leaves no process behind. */
  dispose(): void {
    this.#ended.abort();
  }

  /** What a devcontainer.json says. Throws Trouble when it can't be read. */
  async config(configFile: string): Promise<DevcontainerConfig> {
    const config = readConfig(await this.#world.tools.read(configFile));
    if ("problem" in config) throw new Trouble("bad-input", config.problem);
    return config;
  }

  /** What a launch would run on this machine and nobody has agreed to yet, as it stands now. */
  async toAllow(configFile: string): Promise<string | undefined> {
    const { initializeCommand } = await this.config(configFile);
    if (initializeCommand === undefined) return undefined;
    const isAllowed = this.#allowedHashes().includes(await hashOf(configFile, initializeCommand));
    return isAllowed ? undefined : initializeCommand;
  }

  async allow(configFile: string, initializeCommand: string): Promise<void> {
    const hash = await hashOf(configFile, initializeCommand);
    this.#allowed.write([...this.#allowedHashes(), hash].slice(-200));
  }

  /**
   * Creates or starts the container. Throws Trouble when it does not run at the end. When `signal` fires, the
   * processes are gone and a container that this launch made is removed before the cancellation is thrown.
   */
  async up(spec: LaunchSpec, watcher: LaunchWatcher, signal: Signal): Promise<Launched> {
    const within = AbortSignal.any([signal, this.#ended.signal]);
    const { engine, tools } = this.#world;
    watcher.step("Reading devcontainer.json");
    const config = await this.config(spec.configFile);
    if ((await this.toAllow(spec.configFile)) !== undefined) {
      throw new Trouble("denied", "The initializeCommand of devcontainer.json was not agreed to.");
    }
    watcher.step("Asking Docker");
    const [facts, all] = await Promise.all([
      config.gpu === "none" ? undefined : engine.facts(within),
      engine.containers(within),
    ]);
    const before = containersOf(spec, all);
    let project: string | undefined;
    const decision = facts
      ? decideGpu(config.gpu, gpuSupport(facts))
      : ({ availability: "none", text: "No GPU is asked for." } as const);
    if ("problem" in decision) {
      throw new Trouble("missing-tool", decision.problem, { remedy: { title: "How To", url: decision.url } });
    }
    watcher.log(`${decision.text}\n`);
    const docker = await tools.docker();
    const once = (gpu: GpuDecision, rebuild: boolean) =>
      this.#once(
        { ...spec, docker, gpuAvailability: gpu.availability, rebuild },
        watcher,
        (name) => {
          project = name;
        },
        within,
      );
    try {
      const first = await once(decision, spec.rebuild);
      if (first.outcome.kind === "up") return launched(spec, first.outcome, decision);
      if (decision.availability === "none" || !isGpuFailure(first.log)) throw failed(first, config);
      if (config.gpu === "required") {
        throw new Trouble(
          "failed",
          "The Docker engine could not give the GPU that this dev container requires. Check that nvidia-smi answers on its machine.",
          { detail: lastLines(first.log) },
        );
      }
      if (before.length > 0 && !spec.rebuild) {
        throw new Trouble(
          "failed",
          "The container was made with a GPU that the Docker engine can't give any more. Rebuild it to go on without.",
          { detail: lastLines(first.log) },
        );
      }
      // What the engine says of its GPUs is a promise; this one it did not keep.
      const without: GpuDecision = {
        availability: "none",
        text: "Launched without a GPU: the Docker engine promises one and could not give it.",
      };
      watcher.log(`\n${without.text}\n`);
      const second = await once(without, true);
      if (second.outcome.kind === "up") return launched(spec, second.outcome, without);
      throw failed(second, config);
    } catch (error) {
      if (isAbort(error)) await this.#takeBack(spec, all, project);
      throw error;
    }
  }

  /** Launches, and gives the Jupyter server of the container, started where none runs. */
  async launch(
    spec: LaunchSpec,
    watcher: LaunchWatcher,
    signal: Signal,
  ): Promise<Launched & { jupyter: ReadyJupyter }> {
    const up = await this.up(spec, watcher, signal);
    const within = AbortSignal.any([signal, this.#ended.signal]);
    const step = (text: string) => watcher.step(text);
    const jupyter = await this.ensure(up.containerId, spec.folder, up.id, step, within);
    return { ...up, jupyter };
  }

  /** Looks for a Jupyter server in a container. `key` names its token among the secrets. */
  async find(containerId: string, key: string, signal: Signal): Promise<FoundJupyter> {
    return this.#servers.find(containerId, key, signal);
  }

  /** Gives the container's Jupyter server, started where none runs. Throws Trouble that says what is wrong. */
  async ensure(
    containerId: string,
    folder: string | undefined,
    key: string,
    onStep: (text: string) => void,
    signal: Signal,
  ): Promise<ReadyJupyter> {
    return this.#servers.ensure(containerId, folder, key, onStep, signal);
  }

  async #once(
    options: Parameters<typeof planLaunch>[0],
    watcher: LaunchWatcher,
    onProject: (name: string) => void,
    signal: Signal,
  ): Promise<{ outcome: LaunchOutcome; log: string }> {
    throwIfAborted(signal);
    let outcome: LaunchOutcome | undefined;
    let log = "";
    let step = "";
    const { exitCode } = await this.#world.tools.up(
      planLaunch(options),
      (line, stream) => {
        if (stream === "stdout") {
          outcome = readOutcome(line) ?? outcome;
          return;
        }
        const entry = readLogLine(line);
        if (entry.text !== undefined) {
          const text = withoutTokens(entry.text);
          log = (log + text).slice(-keptLog);
          watcher.log(text);
        }
        if (entry.project !== undefined) onProject(entry.project);
        if (entry.step === undefined || entry.step === step) return;
        step = entry.step;
        watcher.step(step);
      },
      signal,
    );
    const message = `The devcontainers command line ended with exit code ${exitCode} and said no more`;
    return { outcome: outcome ?? { kind: "failed", message, containerId: undefined }, log };
  }

  /**
   * Removes what a cancelled launch has made: half a container is of no use to anybody.
   * @param before all containers that were there when it began.
   */
  async #takeBack(
    spec: LaunchSpec,
    before: readonly ContainerSummary[],
    project: string | undefined,
  ): Promise<void> {
    const { engine, tools, log } = this.#world;
    const soon = AbortSignal.timeout(10_000);
    const known = new Set(before.map((one) => one.id));
    const isOfProject = (one: ContainerSummary) => project !== undefined && one.composeProject === project;
    try {
      const now = await engine.containers(soon);
      const own = new Set(containersOf(spec, now));
      const made = now.filter((one) => !known.has(one.id) && (own.has(one.id) || isOfProject(one)));
      for (const { id } of made) await engine.removeContainer(id, soon);
      // Its network goes only with the whole project.
      if (project !== undefined && !before.some(isOfProject)) await tools.composeDown(project, soon);
    } catch (error) {
      log.warn(`What a cancelled launch made may be left: ${String(error)}`);
    }
  }

  #allowedHashes(): string[] {
    const known = this.#allowed.read();
    return Array.isArray(known) ? known.filter((one): one is string => typeof one === "string") : [];
  }
}

/** Ids of the containers of a dev container. */
function containersOf(spec: LaunchSpec, containers: readonly ContainerSummary[]): string[] {
  const id = devcontainerId(spec.folder, spec.configFile);
  return containers
    .filter(({ devcontainer: its }) => its && devcontainerId(its.folder, its.configFile) === id)
    .map((one) => one.id);
}

function launched(
  spec: LaunchSpec,
  outcome: Extract<LaunchOutcome, { kind: "up" }>,
  gpu: GpuDecision,
): Launched {
  const id = devcontainerId(spec.folder, spec.configFile);
  return { id, containerId: outcome.containerId, remoteFolder: outcome.remoteFolder, gpu };
}

function failed(
  { outcome, log }: { outcome: LaunchOutcome; log: string },
  { usesCompose }: DevcontainerConfig,
): Trouble {
  const message = outcome.kind === "failed" ? withoutTokens(outcome.message) : "";
  return new Trouble("failed", explainLaunch(message, log, usesCompose), {
    detail: lastLines(`${log}\n${message}`),
  });
}

function lastLines(log: string): string {
  return log.trimEnd().split("\n").slice(-20).join("\n");
}

/** SHA-256, so that neither the command nor what it holds is remembered. */
async function hashOf(configFile: string, command: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${configFile}\0${command}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
