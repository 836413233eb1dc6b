// What rules about a cluster see of it, and of the other objects of the same file, which come with the same apply.
import { type ClusterFacts, type NamespaceFacts, type Names, valueOf } from "../kube/live/facts.ts";
import { isSame, type ServerAnswer } from "../kube/live/answers.ts";
import type { ObjectFacts } from "../kube/objectFacts.ts";
import type { ObjectSet, SetObject } from "../kube/objectSet.ts";
import type { WorkspaceFacts } from "../kube/workspaceFacts.ts";
import { type Fitness, fitness } from "../kube/live/fitness.ts";
import { containerResources, summed } from "../kube/live/podResources.ts";
import { nameSpan } from "../kube/live/refusal.ts";
import type { LiveReference } from "../kube/live/references.ts";
import { podGroups } from "../kube/podGroups.ts";
import type { PodTemplate } from "../kube/podTemplates.ts";
import { replaceScalar } from "../syntax/edit.ts";
import { type Span, spanOf } from "../syntax/lines.ts";
import { nearest } from "../syntax/nearest.ts";
import { nodeAt } from "../syntax/node.ts";
import type { Problem } from "../syntax/problem.ts";
import type { NodeState, PlacedPod } from "../kube/scheduling/nodeState.ts";

/** What was asked of a cluster for one file. */
export interface ClusterInput {
  readonly facts: ClusterFacts;
  /** Of the dry run; empty where none was asked for. */
  readonly answers: readonly ServerAnswer[];
  /** Objects of other files that are applied with this one. */
  readonly others?: readonly ObjectFacts[];
}

export interface PodFitness extends Fitness {
  readonly pod: PodTemplate;
  readonly copies: number;
}

export class LiveCluster {
  readonly facts: ClusterFacts;
  readonly set: ObjectSet;
  readonly #others: WorkspaceFacts;
  readonly #answers: readonly ServerAnswer[];
  readonly #fitness = new Map<SetObject, readonly PodFitness[]>();

  /** @param others the objects of other files that `set` has too. */
  constructor({ facts, answers }: ClusterInput, set: ObjectSet, others: WorkspaceFacts) {
    this.facts = facts;
    this.set = set;
    this.#others = others;
    this.#answers = answers;
  }

  get nodes(): readonly NodeState[] | undefined {
    return valueOf(this.facts.nodes);
  }

  /** What the pods of an object need, and which nodes could take them; none while the nodes are not known. */
  fitness(object: SetObject): readonly PodFitness[] {
    const { nodes } = this;
    if (!nodes) return [];
    const known = this.#fitness.get(object);
    if (known) return known;
    const found = this.podsOf(object).map(({ pod, copies }) => {
      // What a LimitRange fills in counts for the scheduler, too.
      const limits = valueOf(this.namespace(object)?.limits) ?? [];
      const filled = summed(containerResources(pod, limits) ?? [], "requests");
      const amounts = Object.fromEntries(
        Object.entries(filled).map(([name, amount]) => [
          name,
          name === "cpu" ? amount : Math.ceil(amount / 1000),
        ]),
      );
      return { pod, copies, ...fitness(pod, nodes, amounts) };
    });
    this.#fitness.set(object, found);
    return found;
  }

  /** The pods that an object makes, each with how many there are; none of a patch. */
  podsOf({ object, pods }: SetObject): { pod: PodTemplate; copies: number }[] {
    const groups = podGroups(object, pods);
    return pods
      .filter(({ partial }) => !partial)
      .map((pod) => ({ pod, copies: groups.find((group) => group.pod === pod)?.replicas ?? 1 }));
  }

  /** The object has made pods already; undefined where that is not known. */
  hasOwn(object: SetObject): boolean | undefined {
    const names = valueOf(this.namespace(object)?.names["Pod"]);
    const namespace = this.namespaceOf(object);
    return names?.some((name) => this.#isOwn(object, { name, namespace }));
  }

  /** The nodes without the pods that the object has made already: it takes their place. */
  withoutOwn(object: SetObject, nodes: readonly NodeState[]): NodeState[] {
    return nodes.map((node) => ({ ...node, pods: node.pods.filter((pod) => !this.#isOwn(object, pod)) }));
  }

  #isOwn(object: SetObject, pod: Pick<PlacedPod, "name" | "namespace">): boolean {
    const { name } = object.object;
    if (name === undefined || pod.namespace !== this.namespaceOf(object)) return false;
    return pod.name === name || pod.name.startsWith(`${name}-`);
  }

  answerOf({ object }: SetObject): ServerAnswer | undefined {
    return this.#answers.find((answer) => isSame(answer, object));
  }

  /** The server has said no to it already. */
  isRefused(object: SetObject): boolean {
    return this.answerOf(object)?.refusal !== undefined;
  }

  namespaceOf({ object }: SetObject): string {
    return object.namespace ?? this.facts.namespace;
  }

  namespace(object: SetObject): NamespaceFacts | undefined {
    return this.facts.namespaces[this.namespaceOf(object)];
  }

  /**
   * Whether an object of that name is in the cluster, or comes with the same file; undefined where that is not known.
   * `absent`: the cluster does not even have the kind.
   */
  has(kind: string, name: string, object: SetObject): boolean | "absent" | undefined {
    const isIt = (facts: ObjectFacts) => facts.kind === kind && facts.name === name;
    if (this.set.own.some(({ facts }) => isIt(facts)) || this.#others.named(kind, name).length > 0)
      return true;
    const names: Names | undefined = this.facts.names[kind] ?? this.namespace(object)?.names[kind];
    if (names === undefined || "why" in names) return undefined;
    return "absent" in names ? "absent" : names.value.includes(name);
  }

  /** The names there are of a kind, for one that was misspelt. */
  namesOf(kind: string, object: SetObject): readonly string[] {
    return valueOf(this.facts.names[kind] ?? this.namespace(object)?.names[kind]) ?? [];
  }
}

/** The name of the first container: where what is said of the whole pod stands. */
export function podSpan(object: SetObject, pod: PodTemplate): Span {
  const first = pod.containers.find(({ init }) => !init) ?? pod.containers[0];
  const name = first && nodeAt(first.node, "name");
  return name ? spanOf(name) : nameSpan(object);
}

export function containerSpan(pod: PodTemplate, name: string): Span | undefined {
  const node = nodeAt(pod.containers.find((one) => one.name === name)?.node, "name");
  return node && spanOf(node);
}

/** What to say of an object that is named and not there; undefined where it is, or that is not known. */
export function missingProblem(
  { kind, name, node }: LiveReference,
  object: SetObject,
  cluster: LiveCluster,
  place: string,
): Problem | undefined {
  const has = cluster.has(kind, name, object);
  if (has === true || has === undefined) return undefined;
  const meant = nearest(name, cluster.namesOf(kind, object));
  const words = meant === undefined ? "" : `; ${meant} may be meant`;
  return {
    at: spanOf(node),
    message: `There is no ${kind} ${name} ${place.replace(/^of/, "in")}${words}.`,
    fixes:
      meant === undefined
        ? []
        : [{ title: `Change to ${meant}`, edits: [replaceScalar(object.text, node, meant)] }],
  };
}
