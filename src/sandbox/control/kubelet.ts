// The kubelets of all nodes: pods that have a node are run, pods that are deleted end.
import { resourceOf } from "../api/resources.ts";
import type { Node, Pod } from "../object.ts";
import type { ContainerRun } from "./containerRun.ts";
import type { DevicePool } from "./devices.ts";
import { PodRun, type PodRunWorld } from "./podRun.ts";

export class Kubelet {
  readonly #world: PodRunWorld;
  readonly #pool: DevicePool;
  readonly #pods = new Map<string, PodRun>();
  #nextAddress = 2;

  constructor(world: PodRunWorld, pool: DevicePool) {
    this.#world = world;
    this.#pool = pool;
  }

  get pool(): DevicePool {
    return this.#pool;
  }

  reconcile(): void {
    const { store } = this.#world;
    const present = new Set<string>();
    for (const pod of store.all<Pod>("Pod")) {
      present.add(pod.metadata.uid);
      const ended = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
      if (ended) this.#pool.release(pod.metadata.uid);
      const run = this.#pods.get(pod.metadata.uid);
      if (run) run.pod = pod;
      if (pod.metadata.deletionTimestamp) this.#end(pod, run);
      else if (!run && pod.spec.nodeName && !ended) this.#begin(pod);
    }
    for (const [uid, run] of this.#pods) {
      if (present.has(uid)) continue;
      run.dispose();
      this.#pods.delete(uid);
      this.#pool.release(uid);
    }
  }

  /** The pod's runtime; undefined before it has a node and after it is gone. */
  find(pod: Pod): PodRun | undefined {
    return this.#pods.get(pod.metadata.uid);
  }

  /** Every container life of a node's pods, for its exporter. */
  runsOnNode(node: string): ContainerRun[] {
    return Array.from(this.#pods.values())
      .filter((run) => run.pod.spec.nodeName === node)
      .flatMap((run) => run.runs());
  }

  dispose(): void {
    for (const run of this.#pods.values()) run.dispose();
    this.#pods.clear();
  }

  #begin(pod: Pod): void {
    const nodes = this.#world.store.all<Node>("Node");
    const index = nodes.findIndex((node) => node.metadata.name === pod.spec.nodeName);
    if (index < 0) return;
    this.#nextAddress = (this.#nextAddress % 65_000) + 1;
    const [third, fourth] = [Math.floor(this.#nextAddress / 250), (this.#nextAddress % 250) + 2];
    const addresses = {
      pod: `10.244.${index * 64 + (third % 64)}.${fourth}`,
      host: `192.168.40.${11 + index}`,
    };
    this.#pods.set(pod.metadata.uid, new PodRun(this.#world, pod, this.#pool.allocate(pod), addresses));
  }

  #end(pod: Pod, run: PodRun | undefined): void {
    const remove = () => {
      const { namespace, name, uid } = pod.metadata;
      const resource = resourceOf("Pod");
      const left = this.#world.store.find(resource, namespace, name);
      if (left?.metadata.uid === uid && (left.metadata.finalizers ?? []).length === 0) {
        this.#world.store.remove(resource, namespace, name);
      }
    };
    if (run) run.stop((pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000, remove);
    else remove();
  }
}
