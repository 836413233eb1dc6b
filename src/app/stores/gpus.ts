// GPU usage by context: sampled once a second while somebody reads, and kept for 15 minutes after.
import type { Clock } from "../../base/clock.ts";
import { type Disposable, Disposables } from "../../base/disposables.ts";
import { Emitter, type Event } from "../../base/event.ts";
import type { Log } from "../../base/log.ts";
import type { Clusters } from "./clusters.ts";
import type { Containers } from "./containers.ts";
import type { ClusterGpus, GpuReader, NodeUsage } from "./gpu/clusterGpus.ts";
import type { MachinePort, MachineUsage } from "./gpu/machine.ts";
import type { History } from "../../core/gpu/history.ts";

/** In place of a context: the GPUs of this machine. No context of a kubeconfig can be named so. */
export const thisMachine = "\u0000machine";

/** The GPUs of a context or of this machine were looked at. */
export interface GpuLook {
  place: string;
  /** Nodes of a context of which something else is to be said than before. */
  nodes: ReadonlySet<string>;
}

/** What is known of a context or of this machine. */
export interface GpuUsage {
  readonly nodes: readonly NodeUsage[];
  history(device: string): History | undefined;
}

/** What was read is kept this long after the last reader. */
const KEPT_MS = 15 * 60_000;

/** What a person wants to see in the panel. */
export interface GpuChoice {
  context: string;
  /** Only these pods. */
  filter: { namespace: string; pod: string | undefined } | undefined;
}

export class Gpus implements Disposable {
  readonly #clusters: Clusters;
  readonly #clock: Clock;
  readonly #isTrusted: () => boolean;
  readonly #own = new Disposables();
  readonly #changed: Emitter<GpuLook>;
  readonly #contexts = new Map<string, ClusterGpus>();
  readonly #local: { port: MachinePort; containers: Containers } | undefined;
  #machine: MachineUsage | undefined;
  readonly #choiceChanged = this.#own.add(new Emitter<void>());
  readonly choiceChanged = this.#choiceChanged.event;
  #choice: GpuChoice | undefined;

  /**
   * @param isTrusted whether programs may be run for this workspace.
   * @param local the GPUs of this machine, and the containers that may use them.
   */
  constructor(
    clusters: Clusters,
    clock: Clock,
    log: Log,
    isTrusted: () => boolean,
    local?: { port: MachinePort; containers: Containers },
  ) {
    this.#local = local;
    this.#clusters = clusters;
    this.#clock = clock;
    this.#isTrusted = isTrusted;
    this.#changed = this.#own.add(
      new Emitter((error) => log.error("A listener of the GPU store failed", error)),
    );
    this.#own.add(
      clusters.changed((changes) => {
        if (changes.some(({ what }) => what === "contexts")) this.#forgetClosed();
      }),
    );
  }

  /** Once a second for each place that is read. */
  get changed(): Event<GpuLook> {
    return this.#changed.event;
  }

  get choice(): GpuChoice | undefined {
    return this.#choice;
  }

  choose(choice: GpuChoice): void {
    this.#choice = choice;
    this.#choiceChanged.fire();
  }

  /** What is known of a context; undefined when it was not read. */
  get(context: string): ClusterGpus | undefined {
    return this.#contexts.get(context);
  }

  /** What is known of a context or of this machine, for the panel. */
  usage(place: string): GpuUsage | undefined {
    return place === thisMachine ? this.#machine : this.#contexts.get(place);
  }

  /** Samples a context that is open, until disposed. Nothing happens where it is closed. */
  read(context: string, reader: GpuReader): Disposable {
    const reading = new Disposables();
    if (context === thisMachine) {
      void this.#openMachine().then((machine) => {
        if (machine && !reading.disposed && !this.#own.disposed) reading.add(machine.read());
      });
      return reading;
    }
    void this.#open(context).then((gpus) => {
      if (gpus && !reading.disposed && !this.#own.disposed) reading.add(gpus.read(reader));
    });
    return reading;
  }

  dispose(): void {
    for (const gpus of this.#contexts.values()) gpus.dispose();
    this.#contexts.clear();
    this.#machine?.dispose();
    this.#own.dispose();
  }

  /** Its code is loaded now: most windows never look at GPUs. */
  async #open(context: string): Promise<ClusterGpus | undefined> {
    const code = await import("./gpu/clusterGpus.ts");
    const cluster = this.#clusters.get(context);
    if (!cluster) return undefined;
    this.#forgetIdle();
    const known = this.#contexts.get(context);
    if (known?.cluster === cluster) return known;
    known?.dispose();
    const gpus = new code.ClusterGpus(cluster, {
      clock: this.#clock,
      changed: (nodes) => this.#changed.fire({ place: context, nodes }),
      isTrusted: this.#isTrusted,
      namespaces: this.#clusters.fallbackNamespaces(cluster),
    });
    this.#contexts.set(context, gpus);
    return gpus;
  }

  async #openMachine(): Promise<MachineUsage | undefined> {
    const local = this.#local;
    if (!local) return undefined;
    const code = await import("./gpu/machine.ts");
    this.#machine ??= new code.MachineUsage({
      ...local,
      clock: this.#clock,
      changed: () => this.#changed.fire({ place: thisMachine, nodes: new Set() }),
      isTrusted: this.#isTrusted,
    });
    return this.#machine;
  }

  #forgetClosed(): void {
    for (const [context, gpus] of this.#contexts) {
      if (this.#clusters.get(context) === gpus.cluster) continue;
      gpus.dispose();
      this.#contexts.delete(context);
    }
  }

  #forgetIdle(): void {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [context, { idleSinceMs }] of this.#contexts)
      if (idleSinceMs !== undefined && idleSinceMs < oldest) this.#contexts.delete(context);
  }
}
