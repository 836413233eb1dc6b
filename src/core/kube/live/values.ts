// What of a cluster can be offered while a manifest is written: names and labels, as they were when it was asked.
import { type ClusterFacts, valueOf } from "./facts.ts";

export interface KnownValues {
  /** Where objects go that name no namespace. */
  readonly namespace: string;
  /** Values of nodes' labels by key. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Names of objects by kind, of kinds without namespaces. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** The same by namespace; queues of Kueue are LocalQueues. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** More are not offered: nobody looks through them. */
const MOST_NAMES = 500;
const MOST_LABELS = 300;
const MOST_VALUES = 100;
/** Labels that differ on every node say nothing of a kind of node. */
const OF_ONE_NODE = /^kubernetes\.io\/hostname$/;

export function knownValues(facts: ClusterFacts): KnownValues {
  const labels = new Map<string, Set<string>>();
  for (const node of valueOf(facts.nodes) ?? [])
    for (const [key, value] of Object.entries(node.labels)) {
      const known = labels.get(key) ?? new Set<string>();
      if (known.size < MOST_VALUES) known.add(value);
      if (labels.size < MOST_LABELS || labels.has(key)) labels.set(key, known);
    }
  const namespaces = Object.entries(facts.namespaces).map(([name, { names, queues }]) => {
    const queueNames = valueOf(queues)?.map((queue) => queue.name);
    return [name, { ...shortened(names), ...(queueNames ? { LocalQueue: queueNames } : {}) }] as const;
  });
  return {
    namespace: facts.namespace,
    labels: Object.fromEntries(
      Array.from(labels, ([key, values]) => [
        key,
        OF_ONE_NODE.test(key) ? [] : Array.from(values).toSorted(),
      ]),
    ),
    names: shortened(facts.names),
    namespaces: Object.fromEntries(namespaces),
  };
}

function shortened(names: ClusterFacts["names"]): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([kind, known]) => {
      const found = valueOf(known);
      return found ? [[kind, found.slice(0, MOST_NAMES)]] : [];
    }),
  );
}
