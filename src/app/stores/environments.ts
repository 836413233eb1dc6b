// The development environments: devcontainers and Jupyter servers, with what is known of each now. Live while
// somebody looks; a token is never among what is known.
import type { Clock } from "../../base/clock.ts";
import { coalesce } from "../../base/coalesce.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import { Emitter, type Event } from "../../base/event.ts";
import type { Log } from "../../base/log.ts";
import { isAbort, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import {
  type ConfigFile,
  endText,
  environmentsFrom,
  isRunning,
  type LocalEnvironment,
  startedAt,
} from "../../core/devcontainer/environments.ts";
import type { Asynchronous } from "../../base/lazy.ts";
import type { ContainerSummary } from "../../core/image/objects.ts";
import type { Launches } from "../jobs/launch/launches.ts";
import type { JupyterState } from "../jobs/launch/jupyterServers.ts";
import { type PodServers, serverName } from "../jobs/launch/podServers.ts";
import type { Clusters } from "./clusters.ts";
import type { Containers } from "./containers.ts";
import type { JupyterAddress, JupyterPort, PodPlace, Secrets, Workspace } from "./environments/ports.ts";
import { type PodEnvironment, podEnvironments, podOf, readPods } from "./environments/pods.ts";
import type { UsedEnvironments } from "./environments/used.ts";
import type { Forwards } from "./forwards.ts";

export type Environment = (LocalEnvironment | PodEnvironment) & {
  jupyter: JupyterState;
  /** What is being done with it, as `Starting Jupyter`; undefined when nothing is. */
  busy: string | undefined;
  /** Why its container, or something in it, ended, when the engine says so. */
  ended: string | undefined;
  /** As it was last seen: the engine does not answer now. */
  isStale: boolean;
};

export interface EnvironmentWorld {
  containers: Containers;
  clusters: Clusters;
  forwards: Forwards;
  pods: Pick<PodServers, "connect">;
  launches: Pick<Asynchronous<Launches>, "config" | "find" | "ensure">;
  workspace: Workspace;
  used: UsedEnvironments;
  secrets: Secrets;
  jupyter: JupyterPort;
  clock: Clock;
  log: Log;
}

/** A server may come and go without any news from the engine: this often it is asked again. */
export const probeEveryMs = 20_000;
const soonMs = 100;

/** A server takes a while to come up after its container: so long it is asked more often. */
const comingEveryMs = 2500;
const comingTries = 10;

interface Probe {
  /** The run of the container that it is about. */
  run: string;
  /** It is time to ask again. */
  isOld: boolean;
  /** How often a container that was started just now was asked in vain. */
  tries: number;
  jupyter: JupyterState;
  ended: string | undefined;
}

export class Environments implements Disposable {
  readonly #world: EnvironmentWorld;
  readonly #own = new Disposables();
  readonly #changed: Emitter<void>;
  readonly #soon: { trigger(): void };
  readonly #probes = new Map<string, Probe>();
  readonly #pods = new Map<string, JupyterState>();
  readonly #probing = new Map<string, AbortController>();
  readonly #busy = new Map<string, string>();
  #configs: ConfigFile[] = [];
  #readers = 0;
  #reading: Disposables | undefined;
  #isLoaded = false;

  constructor(world: EnvironmentWorld) {
    this.#world = world;
    this.#changed = this.#own.add(
      new Emitter<void>((error) => world.log.error("A listener of the environments failed", error)),
    );
    this.#soon = this.#own.add(coalesce(world.clock, soonMs, () => this.#changed.fire()));
  }

  /** Fires when an environment came, went or changed. */
  get changed(): Event<void> {
    return this.#changed.event;
  }

  /** False until the devcontainers of the workspace were looked for. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get all(): Environment[] {
    return this.#list(this.#world.containers.containers);
  }

  /** Somebody looks: what is shown is kept up to date until this is disposed. */
  read(): Disposable {
    this.#readers += 1;
    if (!this.#reading) this.#begin();
    let disposed = false;
    return {
      dispose: () => {
        if (disposed) return;
        disposed = true;
        this.#readers -= 1;
        if (this.#readers > 0) return;
        this.#reading?.dispose();
        this.#reading = undefined;
      },
    };
  }

  /** Looks at everything again now. */
  refresh(): void {
    this.#world.containers.refresh();
    this.#probes.clear();
    if (this.#reading) this.#findSoon();
  }

  /** The environments as they are now, asked for once; without a look at their Jupyter. */
  async load(signal: Signal): Promise<Environment[]> {
    const [containers] = await Promise.all([
      this.#world.containers.engine.containers(signal),
      this.#findConfigs(),
    ]);
    const newest = containers.sort((one, other) => other.createdMs - one.createdMs);
    return this.#list(newest);
  }

  /** Something is being done with it in this window. */
  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  /** Runs `work` on an environment; its row says so meanwhile, and is looked at again after. */
  async during<T>(id: string, work: (say: (text: string) => void) => Promise<T>): Promise<T> {
    const say = (text: string) => {
      this.#busy.set(id, text);
      this.#soon.trigger();
    };
    try {
      return await work(say);
    } finally {
      this.#busy.delete(id);
      this.#again(id);
    }
  }

  /**
   * The address of the environment's Jupyter with its token, as they are now; its server is started where none
   * runs. The environment is remembered as one that was used. Throws Trouble that says what is wrong.
   */
  async connect(id: string, signal: Signal): Promise<JupyterAddress> {
    const pod = podOf(id);
    if (pod) return this.#connectPod(id, pod, signal);
    const environment = (await this.load(signal)).find((one) => one.id === id);
    if (!environment) {
      throw new Trouble(
        "not-found",
        "This environment is gone: neither its devcontainer.json nor its container is there any more.",
      );
    }
    const { container, label } = environment;
    if (!container) throw new Trouble("not-found", `${label} was not launched yet. Launch it first.`);
    if (container.state !== "running") {
      throw new Trouble("failed", `${label} does not run. Start it in the view Dev Environments.`);
    }
    const folder = environment.kind === "devcontainer" ? environment.folder : undefined;
    const { address } = await this.during(id, (say) =>
      this.#world.launches.ensure(container.id, folder, id, say, signal),
    );
    this.#world.used.add({ id, label });
    return address;
  }

  async #connectPod(id: string, pod: PodPlace, signal: Signal): Promise<JupyterAddress> {
    const { state, address } = await this.during(id, (say) => {
      say("attaching");
      return this.#world.pods.connect(pod, id, signal);
    });
    this.#pods.set(id, state);
    this.#world.used.add({ id, label: pod.name });
    this.#soon.trigger();
    return address;
  }

  /** Runs a cell in each kernel of the environment's Jupyter; what each said, a sentence each. */
  async checkKernels(
    id: string,
    cell: string,
    onStep: (text: string) => void,
    signal: Signal,
  ): Promise<string[]> {
    const address = await this.connect(id, signal);
    const check = await this.#world.jupyter.check(address, signal);
    if (check.kind !== "ready") throw new Trouble("unreachable", "Jupyter went away. Look at its state.");
    if (check.kernels.length === 0) {
      throw new Trouble("not-found", "Jupyter has no kernels. Install ipykernel in the image, then rebuild.");
    }
    const said: string[] = [];
    for (const { name, displayName } of check.kernels) {
      onStep(displayName);
      const { ok, output } = await this.#world.jupyter.runCell(address, name, cell, signal);
      said.push(`${displayName} ${ok ? "runs" : "fails"}: ${output.trim().split("\n").at(-1) ?? ""}`);
    }
    return said;
  }

  /** The person's own token, for a server that does not show its own. */
  async setToken(id: string, token: string): Promise<void> {
    await this.#world.secrets.store(id, token);
    this.#again(id);
  }

  /** The container is removed for good: its token goes too. */
  async forget(id: string): Promise<void> {
    await this.#world.secrets.delete(id);
    this.#world.used.remove(id);
    this.#probes.delete(id);
    this.#soon.trigger();
  }

  dispose(): void {
    this.#reading?.dispose();
    this.#own.dispose();
  }

  #list(containers: readonly ContainerSummary[]): Environment[] {
    const { clusters, forwards } = this.#world;
    return [
      ...environmentsFrom(this.#configs, containers).map((one) => this.#known(one)),
      ...podEnvironments(clusters, forwards, serverName).map((one) => this.#knownPod(one)),
    ];
  }

  /** A pod is not asked by itself: only what an attach has found is known, while its forward lasts. */
  #knownPod(one: PodEnvironment): Environment {
    const known = this.#pods.get(one.id);
    const isThere = known?.kind === "ready" && one.url !== undefined && known.url.startsWith(one.url);
    return {
      ...one,
      jupyter: isThere ? known : { kind: "unknown" },
      busy: this.#busy.get(one.id),
      ended: undefined,
      isStale: false,
    };
  }

  #known(one: LocalEnvironment): Environment {
    const probe = one.container?.state === "restarting" ? undefined : this.#probes.get(one.id);
    const running = one.container?.state === "running";
    return {
      ...one,
      jupyter: running && probe ? probe.jupyter : { kind: running ? "unknown" : "off" },
      busy: this.#busy.get(one.id),
      ended: probe?.ended,
      isStale: one.container !== undefined && this.#world.containers.state.kind === "absent",
    };
  }

  #begin(): void {
    const reading = new Disposables();
    this.#reading = reading;
    const { containers, workspace, clusters, forwards, clock } = this.#world;
    reading.add(containers.read());
    reading.add(containers.changed(() => this.#look()));
    reading.add(readPods(clusters, () => this.#soon.trigger()));
    reading.add(forwards.changed(() => this.#soon.trigger()));
    reading.add(workspace.configsChanged(() => this.#findSoon()));
    reading.add({
      dispose: () => {
        for (const one of this.#probing.values()) one.abort();
        this.#probing.clear();
      },
    });
    let timer: Disposable | undefined;
    const again = () => {
      timer = clock.after(probeEveryMs, () => {
        for (const probe of this.#probes.values()) probe.isOld = true;
        this.#look();
        again();
      });
    };
    again();
    reading.add({ dispose: () => timer?.dispose() });
    this.#findSoon();
  }

  #again(id: string): void {
    this.#probes.delete(id);
    this.#probing.get(id)?.abort();
    this.#probing.delete(id);
    this.#soon.trigger();
    if (this.#reading) this.#look();
  }

  /** Every environment whose container was started or ended since the last look is asked anew. */
  #look(): void {
    this.#soon.trigger();
    for (const environment of this.all) {
      const { id, container } = environment;
      if (!container || this.#busy.has(id) || this.#probing.has(id)) continue;
      const stop = new AbortController();
      this.#probing.set(id, stop);
      void this.#probe(id, container.id, stop.signal)
        .catch((error: unknown) => {
          if (!isAbort(error)) this.#world.log.warn(`${id} could not be looked at: ${String(error)}`);
        })
        .finally(() => {
          if (this.#probing.get(id) === stop) this.#probing.delete(id);
        });
    }
  }

  async #probe(id: string, containerId: string, signal: Signal): Promise<void> {
    const { containers, launches } = this.#world;
    const inspected = await containers.engine.inspect(containerId, signal);
    const started = `${containerId} ${startedAt(inspected)}`;
    const ended = endText(inspected);
    const known = this.#probes.get(id);
    const isSameRun = known?.run === started;
    if (isSameRun && !known.isOld && known.ended === ended) return;
    const { state } = await launches.find(containerId, id, signal);
    if (signal.aborted) return;
    const tries = isSameRun ? known.tries + 1 : 0;
    this.#probes.set(id, { run: started, isOld: false, tries, jupyter: state, ended });
    this.#soon.trigger();
    const isComing = state.kind === "off" || state.kind === "unreachable";
    if (isComing && isRunning(inspected) && tries < comingTries) this.#lookLater(id);
  }

  #lookLater(id: string): void {
    this.#reading?.add(
      this.#world.clock.after(comingEveryMs, () => {
        const probe = this.#probes.get(id);
        if (probe) probe.isOld = true;
        this.#look();
      }),
    );
  }

  #findSoon(): void {
    this.#findConfigs().catch((error: unknown) => {
      this.#isLoaded = true;
      this.#world.log.error("The devcontainers of the workspace could not be found", error);
      this.#soon.trigger();
    });
  }

  async #findConfigs(): Promise<void> {
    const { workspace, launches } = this.#world;
    const paths = await workspace.configs();
    const found = await Promise.all(
      paths.map(async (path): Promise<ConfigFile> => {
        const config = await launches.config(path).catch(() => undefined);
        return { path, name: config?.name };
      }),
    );
    this.#configs = found;
    this.#isLoaded = true;
    this.#soon.trigger();
    if (this.#reading) this.#look();
  }
}
