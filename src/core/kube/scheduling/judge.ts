// All that keeps a pod off a node: the node itself, the pods on all nodes, and its volumes.
import { type Obstacle, obstacles } from "./fit.ts";
import type { NodeState } from "./nodeState.ts";
import { type NamespaceLabels, PeerRules } from "./peerRules.ts";
import type { PodNeeds } from "./podNeeds.ts";
import { VolumeRules } from "./volumeRules.ts";

/** What has to be known beside nodes and pods. */
export interface Around {
  /** Where a pod's rules pick namespaces by labels; without them such a rule picks none. */
  readonly namespaces?: NamespaceLabels;
  readonly volumes?: VolumeRules;
}

export class Judge {
  readonly #needs: PodNeeds;
  readonly #peers: PeerRules;
  readonly #volumes: VolumeRules;

  constructor(needs: PodNeeds, nodes: readonly NodeState[], { namespaces, volumes }: Around = {}) {
    this.#needs = needs;
    this.#peers = new PeerRules(needs, nodes, namespaces ?? new Map());
    this.#volumes = volumes ?? new VolumeRules([]);
  }

  /** Why its volumes let it run nowhere. */
  get problems(): readonly string[] {
    return this.#volumes.problems;
  }

  /** Empty when it fits. */
  obstacles(node: NodeState): Obstacle[] {
    return [
      ...obstacles(this.#needs, node),
      ...this.#peers.obstacles(node),
      ...this.#volumes.obstacles(node),
    ];
  }

  /** The pod gets its place there, and counts for the next one like it. */
  place(node: NodeState): void {
    this.#peers.place(node);
  }
}
