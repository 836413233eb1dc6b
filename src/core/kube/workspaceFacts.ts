// The objects of all files of a workspace, each question answered in the time of its answer and not of the files.
// It is kept while files change: whoever holds it says which.
import { groupOf } from "./apiVersion.ts";
import type { ObjectFacts } from "./objectFacts.ts";

/** Nobody looks through more of one kind in one place for a typing mistake. */
const MOST_IN_ONE_PLACE = 500;

const NONE: readonly ObjectFacts[] = [];

export class WorkspaceFacts {
  readonly #files = new Map<string, readonly ObjectFacts[]>();
  readonly #found = new Map<string, ObjectFacts[]>();
  #objects = 0;

  constructor(facts: Iterable<ObjectFacts> = []) {
    const files = new Map<string, ObjectFacts[]>();
    for (const one of facts) push(files, one.path, one);
    for (const [path, objects] of files) this.set(path, objects);
  }

  /** How many objects there are. */
  get objects(): number {
    return this.#objects;
  }

  /** @param objects of the file now; none for one that is gone. */
  set(path: string, objects: readonly ObjectFacts[]): void {
    for (const facts of this.#files.get(path) ?? NONE)
      for (const key of keysOf(facts)) this.#remove(key, facts);
    this.#objects += objects.length - (this.#files.get(path)?.length ?? 0);
    if (objects.length === 0) this.#files.delete(path);
    else this.#files.set(path, objects);
    for (const facts of objects) for (const key of keysOf(facts)) push(this.#found, key, facts);
  }

  of(path: string): readonly ObjectFacts[] {
    return this.#files.get(path) ?? NONE;
  }

  named(kind: string, name: string): readonly ObjectFacts[] {
    return this.#at(`name ${kind} ${name}`);
  }

  /** In the folder of a file; none where there are very many. */
  beside(path: string, kind: string): readonly ObjectFacts[] {
    return few(this.#at(`in ${folderOf(path)} ${kind}`));
  }

  /** In a namespace that is written; none where there are very many. */
  within(namespace: string, kind: string): readonly ObjectFacts[] {
    return few(this.#at(`of ${namespace} ${kind}`));
  }

  /** As `beside` and `within`, of all kinds with pods. */
  podsBeside(path: string): readonly ObjectFacts[] {
    return this.beside(path, PODS);
  }

  podsWithin(namespace: string): readonly ObjectFacts[] {
    return this.within(namespace, PODS);
  }

  /** Objects of operators in the folder of a file. */
  operatedBeside(path: string): readonly ObjectFacts[] {
    return this.#at(`in ${folderOf(path)} ${OPERATED}`);
  }

  withPodLabel(key: string, value: string): readonly ObjectFacts[] {
    return this.#at(`label ${key}=${value}`);
  }

  withPods(): readonly ObjectFacts[] {
    return this.#at(PODS);
  }

  scalersOf(kind: string, name: string): readonly ObjectFacts[] {
    return this.#at(`scales ${kind} ${name}`);
  }

  budgets(): readonly ObjectFacts[] {
    return this.#at("PodDisruptionBudget");
  }

  policies(): readonly ObjectFacts[] {
    return this.#at("NetworkPolicy");
  }

  /** True for a label that a kustomization adds, which no manifest need show. */
  isAdded(key: string, value: string): boolean {
    return this.#at(`adds ${key}=${value}`).length > 0;
  }

  #at(key: string): readonly ObjectFacts[] {
    return this.#found.get(key) ?? NONE;
  }

  #remove(key: string, facts: ObjectFacts): void {
    const known = this.#found.get(key);
    const index = known?.indexOf(facts) ?? -1;
    if (!known || index === -1) return;
    if (known.length === 1) this.#found.delete(key);
    else known.splice(index, 1);
  }
}

/** Stand for all kinds with pods, and for all kinds of operators; no kind is called so. */
const PODS = "(pods)";
const OPERATED = "(operated)";

/** Groups of the API server itself; kinds of other groups may make pods that no template shows. */
const BUILT_IN_GROUPS = new Set(["", "apps", "batch", "autoscaling", "policy"]);

function isBuiltIn(group: string): boolean {
  return BUILT_IN_GROUPS.has(group) || /(?:^|\.)k8s\.io$/.test(group);
}

/** Whatever somebody may ask for it by, each once. */
function keysOf(facts: ObjectFacts): Set<string> {
  const { path, kind, name, namespace, podLabels, scales, adds } = facts;
  const keys = new Set<string>();
  if (name !== undefined) keys.add(`name ${kind} ${name}`);
  const folder = folderOf(path);
  for (const one of podLabels.length > 0 ? [kind, PODS] : [kind]) {
    keys.add(`in ${folder} ${one}`);
    if (namespace !== undefined) keys.add(`of ${namespace} ${one}`);
  }
  if (podLabels.length > 0) keys.add(PODS);
  if (!isBuiltIn(groupOf(facts.apiVersion))) keys.add(`in ${folder} ${OPERATED}`);
  for (const labels of podLabels)
    for (const [key, value] of Object.entries(labels)) keys.add(`label ${key}=${value}`);
  if (scales) keys.add(`scales ${scales.kind} ${scales.name}`);
  if (kind === "PodDisruptionBudget" || kind === "NetworkPolicy") keys.add(kind);
  for (const [key, value] of Object.entries(adds ?? {})) keys.add(`adds ${key}=${value}`);
  return keys;
}

function few(found: readonly ObjectFacts[]): readonly ObjectFacts[] {
  return found.length > MOST_IN_ONE_PLACE ? NONE : found;
}

/** Up to the last slash. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function push<Thing>(index: Map<string, Thing[]>, key: string, thing: Thing): void {
  const known = index.get(key);
  if (known) known.push(thing);
  else index.set(key, [thing]);
}
