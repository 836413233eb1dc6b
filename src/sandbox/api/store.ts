// The memory of the API: objects by resource, one revision for all, and a bounded history for watches.
import { randomUUID } from "node:crypto";
import { Emitter } from "../../base/event.ts";
import { type ApiObject, timestamp } from "../object.ts";
import { ApiFailure } from "./failure.ts";
import { apiVersionOf, qualifiedName, type Resource, resourceOf } from "./resources.ts";

export interface Change {
  type: "ADDED" | "MODIFIED" | "DELETED";
  resource: Resource;
  object: ApiObject;
  /** The object before, for watches whose selector it has left. */
  before: ApiObject | undefined;
  revision: number;
}

/** A new object: the store gives identity, revision and times. */
export interface NewObject {
  apiVersion?: string;
  kind?: string;
  metadata: Partial<ApiObject["metadata"]>;
  spec?: object;
  status?: object;
  [rest: string]: unknown;
}

const historyLimit = 2_000;
/** Events are the one thing that grows by itself. */
const eventLimit = 400;

/**
 * Objects handed out are the store's own: nobody changes one, everybody replaces it through `update`.
 * All calls are synchronous, so a caller's reads and writes belong together.
 */
export class Store {
  readonly #objects = new Map<string, Map<string, ApiObject>>();
  /** The objects of a resource in order, until one of them changes. */
  readonly #sorted = new WeakMap<ReadonlyMap<string, ApiObject>, ApiObject[]>();
  readonly #now: () => number;
  readonly #changes: Emitter<Change>;
  #history: Change[] = [];
  #revision = 1_000;
  /** Watches may resume from this revision on. */
  #oldest = 1_000;

  constructor(now: () => number, onError: (error: unknown) => void) {
    this.#now = now;
    this.#changes = new Emitter<Change>(onError);
  }

  get changed(): Emitter<Change>["event"] {
    return this.#changes.event;
  }

  get revision(): number {
    return this.#revision;
  }

  get oldest(): number {
    return this.#oldest;
  }

  /** Sorted by namespace and name, as the API lists. */
  list(resource: Resource, namespace?: string): ApiObject[] {
    const objects = this.#of(resource);
    let sorted = this.#sorted.get(objects);
    if (!sorted) {
      const entries = Array.from(objects.entries()).sort(([one], [other]) => (one < other ? -1 : 1));
      sorted = entries.map(([, object]) => object);
      this.#sorted.set(objects, sorted);
    }
    return sorted.filter((object) => namespace === undefined || object.metadata.namespace === namespace);
  }

  /** Every object of a kind, for the simulation. */
  all<T extends ApiObject>(kind: string, namespace?: string): T[] {
    return this.list(resourceOf(kind), namespace) as T[];
  }

  find(resource: Resource, namespace: string | undefined, name: string): ApiObject | undefined {
    return this.#of(resource).get(keyOf(resource, namespace, name));
  }

  get(resource: Resource, namespace: string | undefined, name: string): ApiObject {
    const found = this.find(resource, namespace, name);
    if (!found) throw missing(resource, name);
    return found;
  }

  create(resource: Resource, given: NewObject, createdAt = this.#now()): ApiObject {
    const { generateName } = given.metadata;
    const name = given.metadata.name ?? (generateName ? `${generateName}${randomSuffix(5)}` : "");
    const key = keyOf(resource, given.metadata.namespace, name);
    if (this.#of(resource).has(key)) {
      throw new ApiFailure(409, "AlreadyExists", `${qualifiedName(resource)} "${name}" already exists`, {
        name,
        group: resource.group,
        kind: resource.plural,
      });
    }
    const revision = this.#next();
    const object = structuredClone(given) as unknown as ApiObject;
    object.apiVersion = apiVersionOf(resource);
    object.kind = resource.kind;
    object.metadata = {
      ...object.metadata,
      name,
      uid: randomUUID(),
      resourceVersion: String(revision),
      creationTimestamp: timestamp(createdAt),
      ...(object.spec ? { generation: 1 } : {}),
    };
    this.#set(resource, key, object, "ADDED", revision);
    if (resource.kind === "Event") this.#dropOldEvents(resource);
    return object;
  }

  /**
   * Changes a copy and puts it in place. An object without a difference stays as it is: no watch hears of it.
   * @returns the object in place; undefined when there is none of that name.
   */
  update<T extends ApiObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    change: (draft: T) => void,
  ): T | undefined {
    const before = this.find(resource, namespace, name);
    if (!before) return undefined;
    const draft = structuredClone(before) as T;
    change(draft);
    return this.replace(resource, draft) as T;
  }

  /** Puts `object` in place of the one of its name; identity and times stay those of the first. */
  replace(resource: Resource, object: ApiObject): ApiObject {
    const { namespace, name } = object.metadata;
    const before = this.get(resource, namespace, name);
    const next: ApiObject = {
      ...object,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...object.metadata,
        uid: before.metadata.uid,
        creationTimestamp: before.metadata.creationTimestamp,
        resourceVersion: before.metadata.resourceVersion,
      },
    };
    if (before.metadata.generation !== undefined) {
      const changed = JSON.stringify(next.spec) !== JSON.stringify(before.spec);
      next.metadata.generation = before.metadata.generation + (changed ? 1 : 0);
    }
    if (JSON.stringify(next) === JSON.stringify(before)) return before;
    const revision = this.#next();
    next.metadata.resourceVersion = String(revision);
    this.#set(resource, keyOf(resource, namespace, name), next, "MODIFIED", revision);
    return next;
  }

  /** Takes an object away at once. */
  remove(resource: Resource, namespace: string | undefined, name: string): ApiObject | undefined {
    const before = this.find(resource, namespace, name);
    if (!before) return undefined;
    const revision = this.#next();
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } };
    this.#of(resource).delete(keyOf(resource, namespace, name));
    this.#tell({ type: "DELETED", resource, object, before, revision });
    return object;
  }

  /** What happened to a resource after `revision`; undefined when the history does not reach back so far. */
  since(resource: Resource, revision: number): Change[] | undefined {
    if (revision < this.#oldest) return undefined;
    return this.#history.filter((change) => change.resource === resource && change.revision > revision);
  }

  /** Forgets the history: every revision before this one is too old. */
  expire(): void {
    this.#history = [];
    this.#oldest = this.#next();
  }

  #of(resource: Resource): Map<string, ApiObject> {
    const key = `${resource.group}/${resource.plural}`;
    const found = this.#objects.get(key);
    if (found) return found;
    const made = new Map<string, ApiObject>();
    this.#objects.set(key, made);
    return made;
  }

  #next(): number {
    this.#revision += 1;
    return this.#revision;
  }

  #set(resource: Resource, key: string, object: ApiObject, type: Change["type"], revision: number): void {
    const before = this.#of(resource).get(key);
    this.#of(resource).set(key, object);
    this.#tell({ type, resource, object, before, revision });
  }

  #tell(change: Change): void {
    this.#sorted.delete(this.#of(change.resource));
    this.#history.push(change);
    if (this.#history.length > historyLimit * 1.25) {
      const dropped = this.#history.splice(0, this.#history.length - historyLimit);
      this.#oldest = dropped.at(-1)?.revision ?? this.#oldest;
    }
    this.#changes.fire(change);
  }

  #dropOldEvents(resource: Resource): void {
    const events = this.#of(resource);
    if (events.size <= eventLimit) return;
    // Insertion order is age: a Map keeps it.
    const [oldest] = events.values();
    if (oldest) this.remove(resource, oldest.metadata.namespace, oldest.metadata.name);
  }
}

export function missing(resource: Resource, name: string): ApiFailure {
  return new ApiFailure(404, "NotFound", `${qualifiedName(resource)} "${name}" not found`, {
    name,
    group: resource.group,
    kind: resource.plural,
  });
}

/** The letters and digits that Kubernetes uses, without those that could spell a word. */
export function randomSuffix(length: number): string {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  let suffix = "";
  for (let index = 0; index < length; index++) {
    suffix += letters[Math.floor(Math.random() * letters.length)] ?? "b";
  }
  return suffix;
}

function keyOf(resource: Resource, namespace: string | undefined, name: string): string {
  return resource.namespaced ? `${namespace ?? ""}/${name}` : name;
}
