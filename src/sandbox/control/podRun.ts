// A pod on its node: containers start, become ready, end, and come back after a while that grows.
import type { Clock } from "../../base/clock.ts";
import { Disposables } from "../../base/disposables.ts";
import { resourceOf } from "../api/resources.ts";
import { randomSuffix, type Store } from "../api/store.ts";
import { type ContainerSpec, type ContainerStatus, type Pod, setCondition, timestamp } from "../object.ts";
import { ContainerRun } from "./containerRun.ts";
import type { Device } from "./devices.ts";
import type { Exit, Program } from "./program.ts";
import type { Recorder } from "./recorder.ts";

const startAfterMs = 600;
const firstRestartMs = 1_000;
const backOffMs = 10_000;
const longestBackOffMs = 300_000;
/** A container that ran so long starts its back-off anew. */
const forgivenAfterMs = 600_000;

export interface PodRunWorld {
  store: Store;
  clock: Clock;
  recorder: Recorder;
  programOf(container: ContainerSpec, pod: Pod): Program;
}

interface Slot {
  spec: ContainerSpec;
  current?: ContainerRun;
  previous?: ContainerRun;
  restarts: number;
  /** Restarts since it last ran for long. */
  failures: number;
}

export class PodRun {
  readonly #world: PodRunWorld;
  readonly #slots: Slot[];
  readonly #devices: readonly Device[];
  readonly #life = new Disposables();
  #pod: Pod;
  #stopping = false;
  #stopped = false;

  constructor(
    world: PodRunWorld,
    pod: Pod,
    devices: readonly Device[],
    addresses: { pod: string; host: string },
  ) {
    this.#world = world;
    this.#pod = pod;
    this.#devices = devices;
    this.#slots = pod.spec.containers.map((spec) => ({ spec, restarts: 0, failures: 0 }));
    this.#update((draft, now) => {
      draft.status.hostIP = addresses.host;
      draft.status.podIP = addresses.pod;
      draft.status.podIPs = [{ ip: addresses.pod }];
      draft.status.startTime = now;
      draft.status.containerStatuses = this.#slots.map(({ spec }) => ({
        name: spec.name,
        image: spec.image,
        imageID: "",
        ready: false,
        started: false,
        restartCount: 0,
        state: { waiting: { reason: "ContainerCreating" } },
        lastState: {},
      }));
      setCondition(draft.status, { type: "Initialized", status: "True" }, now);
      this.#readiness(draft, now);
    });
    for (const slot of this.#slots) this.#pull(slot);
  }

  get pod(): Pod {
    return this.#pod;
  }

  set pod(pod: Pod) {
    this.#pod = pod;
  }

  /** The life of a container now, or its last one. */
  run(container: string): ContainerRun | undefined {
    return this.#slots.find((slot) => slot.spec.name === container)?.current;
  }

  previous(container: string): ContainerRun | undefined {
    return this.#slots.find((slot) => slot.spec.name === container)?.previous;
  }

  runs(): ContainerRun[] {
    return this.#slots.flatMap(({ current }) => (current ? [current] : []));
  }

  /** Asks the containers to end; `gone` is called when they have, also when asked again. */
  stop(graceMs: number, gone: () => void): void {
    if (this.#stopped) gone();
    if (this.#stopping) return;
    this.#stopping = true;
    for (const { spec, current } of this.#slots) {
      if (current && !current.over) {
        this.#event("Normal", "Killing", `Stopping container ${spec.name}`, spec);
      }
    }
    const stopped = () => {
      this.#stopped = true;
      for (const { current } of this.#slots) current?.stop();
      gone();
    };
    this.#life.add(this.#world.clock.after(Math.min(graceMs, 800), stopped));
  }

  dispose(): void {
    this.#life.dispose();
    for (const { current } of this.#slots) current?.stop();
  }

  #pull(slot: Slot): void {
    const { image } = slot.spec;
    if (/^[^/]+\.invalid\//.test(image)) {
      this.#refused(slot);
      return;
    }
    this.#event("Normal", "Pulled", `Container image "${image}" already present on machine`, slot.spec);
    this.#life.add(this.#world.clock.after(startAfterMs, () => this.#start(slot)));
  }

  #refused(slot: Slot): void {
    const { image } = slot.spec;
    const host = image.split("/")[0] ?? "";
    const message = `Failed to pull image "${image}": failed to resolve reference "${image}": dial tcp: lookup ${host}: no such host`;
    this.#event("Warning", "Failed", message, slot.spec);
    this.#update((draft) => {
      const status = statusOf(draft, slot);
      if (status) {
        status.state = {
          waiting: {
            reason: "ImagePullBackOff",
            message: `Back-off pulling image "${image}": ErrImagePull: ${message}`,
          },
        };
      }
    });
  }

  #start(slot: Slot): void {
    if (this.#stopping) return;
    const { spec } = slot;
    if (slot.current) slot.previous = slot.current;
    const program = this.#world.programOf(spec, this.#pod);
    this.#event("Normal", "Created", `Created container: ${spec.name}`, spec);
    this.#event("Normal", "Started", `Started container ${spec.name}`, spec);
    const containerID = `containerd://${randomSuffix(12)}${this.#pod.metadata.uid.replaceAll("-", "")}`;
    this.#update((draft, now) => {
      draft.status.phase = "Running";
      const status = statusOf(draft, slot);
      if (status) {
        status.imageID = spec.image;
        status.containerID = containerID;
        status.started = true;
        status.state = { running: { startedAt: now } };
      }
      this.#readiness(draft, now);
    });
    const run: ContainerRun = new ContainerRun(
      this.#world.clock,
      program,
      { pod: () => this.#pod, container: spec, devices: this.#devices, restart: slot.restarts },
      // A program without a line ends within the constructor; the life must be in its slot by then.
      (exit) => this.#life.add(this.#world.clock.after(0, () => this.#ended(slot, run, exit))),
    );
    slot.current = run;
    this.#life.add(
      this.#world.clock.after(program.readyAfterMs, () => {
        if (run.over || this.#stopping) return;
        this.#update((draft, now) => {
          const status = statusOf(draft, slot);
          if (status) status.ready = true;
          this.#readiness(draft, now);
        });
      }),
    );
  }

  #ended(slot: Slot, run: ContainerRun, exit: Exit): void {
    if (this.#stopping) return;
    const { clock } = this.#world;
    const restarting =
      this.#pod.spec.restartPolicy === "Always" ||
      (this.#pod.spec.restartPolicy === "OnFailure" && exit.code !== 0);
    this.#update((draft, now) => {
      const status = statusOf(draft, slot);
      if (!status) return;
      status.ready = false;
      status.started = false;
      status.state = {
        terminated: {
          exitCode: exit.code,
          reason: exit.reason ?? (exit.code === 0 ? "Completed" : "Error"),
          startedAt: timestamp(run.startedAt),
          finishedAt: now,
          ...(status.containerID ? { containerID: status.containerID } : {}),
        },
      };
      if (!restarting) this.#finish(draft);
      this.#readiness(draft, now);
    });
    if (!restarting) return;
    slot.failures = clock.now() - run.startedAt > forgivenAfterMs ? 0 : slot.failures;
    const waitMs = Math.min(backOffMs * 2 ** (slot.failures - 1), longestBackOffMs);
    if (slot.failures > 0) this.#backOff(slot, waitMs);
    slot.failures += 1;
    this.#life.add(
      clock.after(slot.failures === 1 ? firstRestartMs : waitMs, () => {
        slot.restarts += 1;
        this.#update((draft) => {
          const status = statusOf(draft, slot);
          if (!status) return;
          status.restartCount = slot.restarts;
          if (status.state.terminated) status.lastState = { terminated: status.state.terminated };
        });
        this.#event(
          "Normal",
          "Pulled",
          `Container image "${slot.spec.image}" already present on machine`,
          slot.spec,
        );
        this.#start(slot);
      }),
    );
  }

  #backOff(slot: Slot, waitMs: number): void {
    const { name, namespace, uid } = this.#pod.metadata;
    const container = slot.spec.name;
    this.#update((draft) => {
      const status = statusOf(draft, slot);
      if (!status) return;
      if (status.state.terminated) status.lastState = { terminated: status.state.terminated };
      const wait =
        waitMs >= 60_000 ? `${Math.floor(waitMs / 60_000)}m${(waitMs / 1_000) % 60}s` : `${waitMs / 1_000}s`;
      const message = `back-off ${wait} restarting failed container=${container} pod=${name}_${namespace}(${uid})`;
      status.state = { waiting: { reason: "CrashLoopBackOff", message } };
    });
    this.#event(
      "Warning",
      "BackOff",
      `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`,
      slot.spec,
    );
  }

  /** The pod has ended when every container has. */
  #finish(draft: Pod): void {
    const ended = (draft.status.containerStatuses ?? []).map((status) => status.state.terminated);
    if (!ended.every((one) => one !== undefined)) return;
    draft.status.phase = ended.every((one) => one?.exitCode === 0) ? "Succeeded" : "Failed";
  }

  #readiness(draft: Pod, now: string): void {
    const unready = (draft.status.containerStatuses ?? []).filter((status) => !status.ready);
    const done = draft.status.phase === "Succeeded";
    const names = unready.map((status) => status.name).join(" ");
    const state =
      unready.length === 0
        ? { status: "True" }
        : done
          ? { status: "False", reason: "PodCompleted" }
          : {
              status: "False",
              reason: "ContainersNotReady",
              message: `containers with unready status: [${names}]`,
            };
    setCondition(draft.status, { type: "Ready", ...state }, now);
    setCondition(draft.status, { type: "ContainersReady", ...state }, now);
  }

  #update(change: (draft: Pod, now: string) => void): void {
    const { namespace, name, uid } = this.#pod.metadata;
    const resource = resourceOf("Pod");
    // Another pod may have the name by now.
    if (this.#world.store.find(resource, namespace, name)?.metadata.uid !== uid) return;
    const now = timestamp(this.#world.clock.now());
    const updated = this.#world.store.update<Pod>(resource, namespace, name, (draft) => change(draft, now));
    if (updated) this.#pod = updated;
  }

  #event(type: "Normal" | "Warning", reason: string, message: string, spec: ContainerSpec): void {
    this.#world.recorder.record(this.#pod, type, reason, message, "kubelet", `spec.containers{${spec.name}}`);
  }
}

function statusOf(pod: Pod, slot: Slot): ContainerStatus | undefined {
  return pod.status.containerStatuses?.find((status) => status.name === slot.spec.name);
}
