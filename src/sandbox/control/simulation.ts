// The controllers in turn, whenever something has changed and once in a while.
import type { Clock } from "../../base/clock.ts";
import { coalesce } from "../../base/coalesce.ts";
import { Disposables } from "../../base/disposables.ts";
import type { Store } from "../api/store.ts";
import { timestamp } from "../object.ts";
import { collect } from "./collector.ts";
import { reconcileDeployments, reconcileReplicaSets } from "./deployments.ts";
import { reconcileEndpoints } from "./endpoints.ts";
import type { Kubelet } from "./kubelet.ts";
import type { Recorder } from "./recorder.ts";
import { Scheduler } from "./scheduler.ts";
import { reconcileDaemonSets, reconcileJobs, reconcileStatefulSets } from "./sets.ts";

const settleMs = 10;
/** The scheduler tries again what did not fit. */
const everyMs = 300_000;

export class Simulation {
  readonly #life = new Disposables();
  readonly #run: () => void;

  constructor(
    world: { store: Store; clock: Clock; recorder: Recorder; kubelet: Kubelet },
    onError: (error: unknown) => void,
  ) {
    const { store, clock, recorder, kubelet } = world;
    const scheduler = new Scheduler(store, clock, recorder);
    const steps = [
      () => collect(store, timestamp(clock.now())),
      () => reconcileDeployments(world),
      () => reconcileReplicaSets(world),
      () => reconcileStatefulSets(world),
      () => reconcileDaemonSets(world),
      () => reconcileJobs(world),
      () => scheduler.reconcile(),
      () => kubelet.reconcile(),
      () => reconcileEndpoints(store),
    ];
    this.#run = () => {
      for (const step of steps) {
        // What someone sent may be odd enough to trip one controller; the others go on.
        try {
          step();
        } catch (error) {
          onError(error);
        }
      }
    };
    const soon = this.#life.add(coalesce(clock, settleMs, this.#run));
    // Events change no state that a controller reads.
    this.#life.add(store.changed((change) => change.resource.kind !== "Event" && soon.trigger()));
    let timer = clock.after(everyMs, function again() {
      soon.trigger();
      timer = clock.after(everyMs, again);
    });
    this.#life.add({ dispose: () => timer.dispose() });
  }

  dispose(): void {
    this.#life.dispose();
  }
}
