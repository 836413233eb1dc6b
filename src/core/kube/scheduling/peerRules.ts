// Whether a pod may run on a node beside the pods that are there: the scheduler's filters InterPodAffinity and
// PodTopologySpread, counted once over all nodes.
import { type Labels, selects } from "../labels.ts";
import { matchesNode, type Obstacle, toleratesNode } from "./fit.ts";
import type { NodeState, PlacedPod } from "./nodeState.ts";
import type { PodNeeds } from "./podNeeds.ts";
import type { PeerTerm, Spread } from "./podPeers.ts";

/** Labels of namespaces by their names. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

type Peer = Pick<PlacedPod, "namespace" | "name" | "labels" | "antiAffinity" | "isEnding">;

interface SpreadCount {
  spread: Spread;
  /** Matching pods by value of the topology's label, of nodes that count. */
  domains: Map<string, number>;
  countsItself: boolean;
}

export class PeerRules {
  readonly #needs: PodNeeds;
  readonly #namespaces: NamespaceLabels;
  /** Of each term: how many pods there are that all terms of affinity want, by place. */
  readonly #wanted: readonly Map<string, number>[];
  /** Of each term of anti-affinity: its pods by place. */
  readonly #unwanted: readonly Map<string, number>[];
  /** Places that pods which are there do not share with this one, by key of topology. */
  readonly #refused = new Map<string, Set<string>>();
  readonly #spreads: readonly SpreadCount[];

  /** @param nodes with their pods' labels, where the pod has rules about others. */
  constructor(needs: PodNeeds, nodes: readonly NodeState[], namespaces: NamespaceLabels) {
    this.#needs = needs;
    this.#namespaces = namespaces;
    const { affinity, antiAffinity, spreads, namespace, labels } = needs.peers;
    this.#wanted = affinity.map(() => new Map());
    this.#unwanted = antiAffinity.map(() => new Map());
    this.#spreads = spreads.map((spread) => ({
      spread,
      domains: new Map(),
      countsItself: this.#isPicked({ namespace, name: "", labels }, spread.selector, namespace),
    }));
    for (const node of nodes) {
      for (const one of this.#spreads) {
        const value = this.#counts(node, one.spread) ? labelOf(node, one.spread.topologyKey) : undefined;
        if (value !== undefined && !one.domains.has(value)) one.domains.set(value, 0);
      }
      for (const pod of node.pods) this.#take(pod, node);
    }
  }

  /** The pod gets its place there, and counts for the next one like it. */
  place(node: NodeState): void {
    const { namespace, labels, antiAffinity } = this.#needs.peers;
    this.#take({ namespace, name: "", labels, antiAffinity }, node);
  }

  obstacles(node: NodeState): Obstacle[] {
    const { affinity, antiAffinity, spreads } = this.#needs.peers;
    const found: Obstacle[] = [];
    const missing = new Set<string>();
    for (const { topologyKey } of spreads)
      if (labelOf(node, topologyKey) === undefined) missing.add(topologyKey);
    for (const { topologyKey } of affinity)
      if (labelOf(node, topologyKey) === undefined) missing.add(topologyKey);
    for (const key of missing) found.push({ kind: "topology", key });
    const lacking = affinity.filter(
      (term, index) => this.#at(this.#wanted[index], term.topologyKey, node) === 0,
    );
    if (lacking.length > 0 && missing.size === 0 && !this.#isFirstOfItsKind())
      for (const { topologyKey } of lacking) found.push({ kind: "podAffinity", key: topologyKey });
    const apart = new Set<string>();
    for (const [index, { topologyKey }] of antiAffinity.entries())
      if (this.#at(this.#unwanted[index], topologyKey, node) > 0) apart.add(topologyKey);
    for (const [key, values] of this.#refused) {
      const value = labelOf(node, key);
      if (value !== undefined && values.has(value)) apart.add(key);
    }
    for (const key of apart) found.push({ kind: "podAntiAffinity", key });
    for (const one of this.#spreads) {
      const { topologyKey, maxSkew } = one.spread;
      const value = labelOf(node, topologyKey);
      if (value === undefined || this.#skew(one, value) <= maxSkew) continue;
      found.push({ kind: "spread", key: topologyKey, maxSkew });
    }
    return found;
  }

  #skew({ spread, domains, countsItself }: SpreadCount, value: string): number {
    const least = domains.size < spread.minDomains ? 0 : Math.min(...domains.values());
    return (domains.get(value) ?? 0) + (countsItself ? 1 : 0) - (Number.isFinite(least) ? least : 0);
  }

  /** No pod that it wants to run beside is anywhere, and it is one itself: then it may begin. */
  #isFirstOfItsKind(): boolean {
    const { affinity, namespace, labels } = this.#needs.peers;
    if (this.#wanted.some((places) => places.size > 0)) return false;
    return affinity.every((term) => this.#isMeant({ namespace, name: "", labels }, term));
  }

  #take(pod: Peer, node: NodeState): void {
    const { affinity, antiAffinity, namespace, labels } = this.#needs.peers;
    const own = { namespace, name: "", labels };
    for (const term of pod.antiAffinity ?? []) {
      const value = labelOf(node, term.topologyKey);
      if (value === undefined || !this.#isMeant(own, term)) continue;
      const values = this.#refused.get(term.topologyKey) ?? new Set<string>();
      this.#refused.set(term.topologyKey, values.add(value));
    }
    if (affinity.length > 0 && affinity.every((term) => this.#isMeant(pod, term)))
      for (const [index, term] of affinity.entries())
        add(this.#wanted[index], labelOf(node, term.topologyKey));
    for (const [index, term] of antiAffinity.entries())
      if (this.#isMeant(pod, term)) add(this.#unwanted[index], labelOf(node, term.topologyKey));
    for (const { spread, domains } of this.#spreads) {
      if (pod.isEnding || !this.#counts(node, spread) || !this.#isPicked(pod, spread.selector, namespace))
        continue;
      add(domains, labelOf(node, spread.topologyKey));
    }
  }

  /** A node counts for a constraint when it has the labels of all of them, and the pod could be there by itself. */
  #counts(node: NodeState, spread: Spread): boolean {
    if (!this.#needs.peers.spreads.every(({ topologyKey }) => labelOf(node, topologyKey) !== undefined))
      return false;
    if (spread.honorsAffinity && !matchesNode(this.#needs, node)) return false;
    return !spread.honorsTaints || toleratesNode(this.#needs, node);
  }

  #isPicked(pod: Peer, selector: Spread["selector"], namespace: string): boolean {
    return selector !== undefined && pod.namespace === namespace && selects(selector, pod.labels ?? {});
  }

  #isMeant(pod: Peer, { selector, namespaces, namespaceSelector }: PeerTerm): boolean {
    if (!selector || !selects(selector, pod.labels ?? {})) return false;
    if (namespaces.includes(pod.namespace)) return true;
    return (
      namespaceSelector !== undefined && selects(namespaceSelector, this.#namespaces.get(pod.namespace) ?? {})
    );
  }

  #at(places: ReadonlyMap<string, number> | undefined, key: string, node: NodeState): number {
    const value = labelOf(node, key);
    return value === undefined ? 0 : (places?.get(value) ?? 0);
  }
}

function add(places: Map<string, number> | undefined, value: string | undefined): void {
  if (value !== undefined) places?.set(value, (places.get(value) ?? 0) + 1);
}

function labelOf({ labels }: NodeState, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
