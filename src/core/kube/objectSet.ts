// The objects of a file, with what is known of others in the workspace: for rules that look at several at once.
//
// What says that all is well may come from any file. What says that something is wrong must be near: in this file, in
// its folder, or in the very namespace that both write. Elsewhere the same names often belong to another app.
import { isNumbered, nearest } from "../syntax/nearest.ts";
import { groupOf } from "./apiVersion.ts";
import { type LabelSelector, selects } from "./labels.ts";
import type { ObjectNode } from "./objectNodes.ts";
import { type ObjectFacts, objectFacts } from "./objectFacts.ts";
import type { PodTemplate } from "./podTemplates.ts";
import { folderOf, WorkspaceFacts } from "./workspaceFacts.ts";

/** An object of the file that is checked. */
export interface SetObject {
  readonly object: ObjectNode;
  readonly pods: readonly PodTemplate[];
  readonly facts: ObjectFacts;
  /** What the places of the object refer to: the text of its document. */
  readonly text: string;
}

/** @param path of the file, with forward slashes. */
export function setObject(
  object: ObjectNode,
  pods: readonly PodTemplate[],
  text: string,
  path: string,
): SetObject {
  return { object, pods, facts: objectFacts(object, pods, path), text };
}

/** Of one kind; a typing mistake among more is looked for by nobody. */
const MOST_NAMES = 500;

const NO_OTHERS = new WorkspaceFacts();

export class ObjectSet {
  /** In the order of the file. */
  readonly own: readonly SetObject[];
  readonly #others: WorkspaceFacts;
  readonly #path: string;
  #indexes: Indexes | undefined;

  /** @param path of the file, with forward slashes; what `others` say of it is older and does not count. */
  constructor(own: readonly SetObject[], others: WorkspaceFacts = NO_OTHERS, path = "") {
    this.own = own;
    this.#others = others;
    this.#path = path;
  }

  /** The object of that kind and name, here or elsewhere; a namespace that is not written may be any. */
  named(group: string, kind: string, name: string, namespace: string | undefined): ObjectFacts | undefined {
    return this.allNamed(group, kind, name, namespace)[0];
  }

  /** As `named`, all of them: overlays and examples may have several. Those of this file come first. */
  allNamed(group: string, kind: string, name: string, namespace: string | undefined): ObjectFacts[] {
    const own = this.#indexed().own.named(kind, name);
    return [...own, ...this.#elsewhere(this.#others.named(kind, name))].filter(
      (facts) => groupOf(facts.apiVersion) === group && sameNamespace(facts.namespace, namespace),
    );
  }

  /** As `named`, when it is near. */
  nearNamed(
    group: string,
    kind: string,
    name: string,
    namespace: string | undefined,
  ): ObjectFacts | undefined {
    return this.allNamed(group, kind, name, namespace).find((facts) => this.isNear(facts, namespace));
  }

  /** As `named`, when it is in this file. */
  ownNamed(group: string, kind: string, name: string, namespace: string | undefined): SetObject | undefined {
    const facts = this.named(group, kind, name, namespace);
    return facts && this.#indexed().objects.get(facts);
  }

  /** The objects of this file of a kind, whatever its group, in a namespace that may be the same. */
  ownOfKind(kind: string, namespace: string | undefined): SetObject[] {
    const found = this.#indexed().byKind.get(kind) ?? [];
    return found.filter(({ facts }) => sameNamespace(facts.namespace, namespace));
  }

  /**
   * The name of an object of a kind that may be meant by a name that nobody has; undefined where there are so many
   * that looking for it would take long. What differs by a number only is another one on purpose, if it is elsewhere.
   */
  nearestName(group: string, kind: string, name: string, namespace: string | undefined): string | undefined {
    const own = this.ownOfKind(kind, namespace).map(({ facts }) => facts);
    const near = this.#near(kind, namespace);
    if (own.length + near.length > MOST_NAMES) return undefined;
    const names = (found: readonly ObjectFacts[]) =>
      found.flatMap((facts) =>
        groupOf(facts.apiVersion) === group && sameNamespace(facts.namespace, namespace)
          ? (facts.name ?? [])
          : [],
      );
    return nearest(name, [...names(own), ...names(near).filter((other) => !isNumbered(other, name))]);
  }

  /** True when other files have objects of a kind in this very namespace. */
  describes(group: string, kind: string, namespace: string): boolean {
    return this.#elsewhere(this.#others.within(namespace, kind)).some(
      (facts) => groupOf(facts.apiVersion) === group,
    );
  }

  /** The autoscalers (of Kubernetes or KEDA), here or elsewhere, that decide how many pods a workload has. */
  scalersOf({ kind, name, namespace }: Pick<ObjectFacts, "kind" | "name" | "namespace">): ObjectFacts[] {
    const found = [
      ...this.#indexed().own.scalersOf(kind, name ?? ""),
      ...this.#elsewhere(this.#others.scalersOf(kind, name ?? "")),
    ];
    return found.filter((facts) => sameNamespace(facts.namespace, namespace));
  }

  /** The PodDisruptionBudgets, here or elsewhere, that are about the pods of an object. */
  budgetsOf({ podLabels, namespace }: ObjectFacts): ObjectFacts[] {
    const found = [...this.#indexed().own.budgets(), ...this.#elsewhere(this.#others.budgets())];
    return found.filter(
      ({ selector, ...facts }) =>
        selector !== undefined &&
        sameNamespace(facts.namespace, namespace) &&
        podLabels.some((labels) => selects(selector, labels)),
    );
  }

  /** True when another file has a network policy that may be about this namespace. */
  hasPoliciesElsewhere(namespace: string | undefined): boolean {
    return this.#elsewhere(this.#others.policies()).some((facts) =>
      sameNamespace(facts.namespace, namespace),
    );
  }

  /** The objects of this file with pods that `selector` picks, in a namespace that may be the same. */
  ownPicked(selector: LabelSelector, namespace: string | undefined): SetObject[] {
    return this.picked(selector, namespace).flatMap((facts) => this.#indexed().objects.get(facts) ?? []);
  }

  /** The objects, here or elsewhere, with pods that `selector` picks, in a namespace that may be the same. */
  picked(selector: LabelSelector, namespace: string | undefined): ObjectFacts[] {
    const [first] = Object.entries(selector.equal);
    const from = (index: WorkspaceFacts) => (first ? index.withPodLabel(...first) : index.withPods());
    return [...from(this.#indexed().own), ...this.#elsewhere(from(this.#others))].filter(
      (facts) =>
        sameNamespace(facts.namespace, namespace) &&
        facts.podLabels.some((labels) => selects(selector, labels)),
    );
  }

  /** The objects with pods that are near, in a namespace that may be the same. */
  nearPods(namespace: string | undefined): ObjectFacts[] {
    const own = this.#indexed().own.withPods();
    const near = [
      ...this.#others.podsBeside(this.#path),
      ...(namespace === undefined ? [] : this.#others.podsWithin(namespace)),
    ];
    return [...own, ...this.#elsewhere(Array.from(new Set(near)))].filter((facts) =>
      sameNamespace(facts.namespace, namespace),
    );
  }

  /** True when near are objects of an operator, which may make pods without a template, or label them anew. */
  mayHaveHiddenPods(namespace: string | undefined): boolean {
    const operated = [
      ...this.#indexed().own.operatedBeside(this.#path),
      ...this.#elsewhere(this.#others.operatedBeside(this.#path)),
    ];
    return operated.some((facts) => sameNamespace(facts.namespace, namespace));
  }

  /** True for a label that a kustomization of the workspace adds. */
  isAdded(key: string, value: string): boolean {
    return this.#others.isAdded(key, value);
  }

  /** True in this file, in its folder, and in the very namespace that both write. */
  isNear(facts: ObjectFacts, namespace: string | undefined): boolean {
    if (this.isOwn(facts) || folderOf(facts.path) === folderOf(this.#path)) return true;
    return namespace !== undefined && facts.namespace === namespace;
  }

  isOwn(facts: ObjectFacts): boolean {
    return this.#indexed().objects.has(facts);
  }

  #near(kind: string, namespace: string | undefined): ObjectFacts[] {
    const found = [
      ...this.#others.beside(this.#path, kind),
      ...(namespace === undefined ? [] : this.#others.within(namespace, kind)),
    ];
    return this.#elsewhere(Array.from(new Set(found)));
  }

  #elsewhere(found: readonly ObjectFacts[]): ObjectFacts[] {
    return found.filter((facts) => facts.path !== this.#path);
  }

  #indexed(): Indexes {
    this.#indexes ??= indexesOf(this.own);
    return this.#indexes;
  }
}

/** So that each question is answered in the time of its answer, not of the file. */
interface Indexes {
  readonly own: WorkspaceFacts;
  readonly objects: ReadonlyMap<ObjectFacts, SetObject>;
  readonly byKind: ReadonlyMap<string, readonly SetObject[]>;
}

function indexesOf(own: readonly SetObject[]): Indexes {
  const byKind = new Map<string, SetObject[]>();
  for (const object of own) {
    const known = byKind.get(object.facts.kind);
    if (known) known.push(object);
    else byKind.set(object.facts.kind, [object]);
  }
  return {
    own: new WorkspaceFacts(own.map(({ facts }) => facts)),
    objects: new Map(own.map((object) => [object.facts, object])),
    byKind,
  };
}

/** Not written is the context's namespace, which may be any. */
export function sameNamespace(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}
