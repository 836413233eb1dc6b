// Reads of a cluster what a manifest is held against: no more than its objects name or need.
import type { Signal } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import type { Known } from "../../../core/kube/live/answers.ts";
import type { ClusterFacts, Names, NamespaceFacts, Queue } from "../../../core/kube/live/facts.ts";
import { limitsOf, queueOf, quotaOf } from "../../../core/kube/live/project.ts";
import { LISTS, wantedFacts, type WantedNamespace } from "../../../core/kube/live/wanted.ts";
import { namespace as namespaceKind } from "../../../core/kube/kinds/namespace.ts";
import type { ManifestObject } from "../../../core/kube/manifestObject.ts";
import { type KubeObject, record, stringsOf } from "../../../core/kube/object.ts";
import { objectNodes } from "../../../core/kube/objectNodes.ts";
import { setObject } from "../../../core/kube/objectSet.ts";
import { podTemplates } from "../../../core/kube/podTemplates.ts";
import { podOnNode, statesOf } from "../../../core/kube/scheduling/nodeState.ts";
import type { Labels } from "../../../core/kube/labels.ts";
import { plainNode } from "../../../core/syntax/plainNode.ts";
import type { ClusterConnection } from "../../stores/cluster/port.ts";

export type FactsConnection = Pick<ClusterConnection, "get" | "list" | "listed" | "names">;

export interface ReadFacts {
  readonly facts: ClusterFacts;
  /** One sentence for each thing that may not be seen. */
  readonly unseen: readonly string[];
}

/** Beyond that the answer would take minutes and the memory of the window. */
const MOST_PODS = 50_000;

/** What the pods of a manifest often name. */
const OFFERED = ["RuntimeClass", "PriorityClass", "StorageClass"];
const OFFERED_IN_NAMESPACE = ["ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"];

type Read<Value> = Known<Value> | { absent: true };

export interface FactsQuestion {
  readonly context: string;
  /** For objects that name none. */
  readonly namespace: string;
  readonly objects: readonly ManifestObject[];
  /** Reads also what could be named; where that may not be seen nobody is told. */
  readonly generous?: boolean;
}

/** @throws Trouble when the cluster can't be reached. */
export async function readFacts(
  connection: FactsConnection,
  { context, namespace, objects, generous = false }: FactsQuestion,
  step: (text: string) => void,
  signal: Signal,
): Promise<ReadFacts> {
  const reader = new Reader(connection, signal);
  const set = objects
    .flatMap(({ object }) => objectNodes(plainNode(object)))
    .map((object) => setObject(object, podTemplates(object), "", ""));
  const wanted = wantedFacts(set, namespace);
  step("Reading classes, quotas and names");
  const names: Record<string, Names> = {};
  const namespaces: Record<string, NamespaceFacts> = {};
  if (generous) {
    const offered = new Reader(connection, signal);
    await Promise.all([
      ...OFFERED.map(async (kind) => void (names[kind] = await offered.names(kind, undefined))),
      ...Array.from(wanted.namespaces, async ([name, { pods }]) => {
        if (!pods) return;
        const own = await Promise.all(OFFERED_IN_NAMESPACE.map((kind) => offered.names(kind, name)));
        const found = OFFERED_IN_NAMESPACE.flatMap((kind, index) => [[kind, own[index]] as const]);
        namespaces[name] = { names: Object.fromEntries(found) as Record<string, Names> };
      }),
    ]);
  }
  await Promise.all([
    ...Array.from(wanted.kinds, async (kind) => void (names[kind] = await reader.names(kind, undefined))),
    ...Array.from(wanted.namespaces, async ([name, what]) => {
      const facts = await namespaceFacts(reader, name, what);
      namespaces[name] = { ...facts, names: { ...namespaces[name]?.names, ...facts.names } };
    }),
  ]);
  const facts: ClusterFacts = { context, namespace, podsSeen: false, names, namespaces };
  if (!wanted.nodes) return { facts, unseen: reader.unseen };
  step("Reading nodes");
  const nodes = await reader.listed("/api/v1/nodes", "The nodes", (node) => node);
  if (!("value" in nodes)) return { facts: { ...facts, nodes }, unseen: reader.unseen };
  step("Reading pods");
  const pods = await reader.listed("/api/v1/pods", "The pods of all namespaces", podOnNode);
  const seen = "value" in pods && pods.value.length < MOST_PODS;
  const states = statesOf(nodes.value, seen ? pods.value : []);
  return { facts: { ...facts, nodes: { value: states }, podsSeen: seen }, unseen: reader.unseen };
}

async function namespaceFacts(
  reader: Reader,
  name: string,
  { kinds, pods, queues }: WantedNamespace,
): Promise<NamespaceFacts> {
  const names: Record<string, Names> = {};
  await Promise.all(Array.from(kinds, async (kind) => void (names[kind] = await reader.names(kind, name))));
  if (!pods && !queues) return { names };
  const [labels, quotas, limits, queued] = await Promise.all([
    pods ? reader.labelsOf(name) : undefined,
    reader.all("ResourceQuota", name),
    reader.all("LimitRange", name),
    queues ? queuesOf(reader, name) : undefined,
  ]);
  // A quota counts the pods that an object has made before: whether there are any must be known.
  if ("value" in quotas && quotas.value.length > 0) names["Pod"] = await reader.names("Pod", name);
  return {
    names,
    ...("absent" in quotas ? {} : { quotas: mapped(quotas, (all) => all.map(quotaOf)) }),
    ...("absent" in limits ? {} : { limits: mapped(limits, (all) => all.flatMap(limitsOf)) }),
    ...(queued ? { queues: queued } : {}),
    ...(labels ? { labels } : {}),
  };
}

async function queuesOf(reader: Reader, namespace: string): Promise<Read<readonly Queue[]>> {
  const local = await reader.all("LocalQueue", namespace);
  if (!("value" in local) || local.value.length === 0) return local as Read<readonly Queue[]>;
  const wide = await reader.all("ClusterQueue", undefined);
  return { value: local.value.map((queue) => queueOf(queue, "value" in wide ? wide.value : undefined)) };
}

function mapped<From, To>(known: Known<From>, map: (value: From) => To): Known<To> {
  return "value" in known ? { value: map(known.value) } : known;
}

/** Reads, and notes what may not be read. */
class Reader {
  readonly unseen: string[] = [];
  readonly #connection: FactsConnection;
  readonly #signal: Signal;

  constructor(connection: FactsConnection, signal: Signal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  names(kind: string, namespace: string | undefined): Promise<Names> {
    return this.#first(kind, namespace, (path) => this.#connection.names(path, this.#signal));
  }

  all(kind: string, namespace: string | undefined): Promise<Read<readonly KubeObject[]>> {
    return this.#first(kind, namespace, (path) => this.#connection.list(path, "", this.#signal));
  }

  async labelsOf(name: string): Promise<Read<Labels>> {
    const place = { kind: namespaceKind, namespace: undefined, name };
    const read = await this.#read(`The labels of namespace ${name}`, () =>
      this.#connection.get(place, this.#signal),
    );
    return "value" in read ? { value: stringsOf(record(read.value, "metadata", "labels")) } : read;
  }

  async listed<Kept>(
    path: string,
    what: string,
    project: (object: KubeObject) => Kept,
  ): Promise<Known<readonly Kept[]>> {
    const read = await this.#read(what, () =>
      this.#connection.listed(path, project, this.#signal, MOST_PODS),
    );
    return "absent" in read ? { value: [] } : read;
  }

  /** In the newest version that the cluster has. */
  async #first<Value>(
    kind: string,
    namespace: string | undefined,
    ask: (path: string) => Promise<Value>,
  ): Promise<Read<Value>> {
    const place = namespace === undefined ? "" : `namespaces/${encodeURIComponent(namespace)}/`;
    const where = namespace === undefined ? "" : ` of namespace ${namespace}`;
    for (const path of LISTS[kind] ?? []) {
      const read = await this.#read(`Objects of kind ${kind}${where}`, () => ask(path.replace("*", place)));
      if (!("absent" in read)) return read;
    }
    return { absent: true };
  }

  async #read<Value>(what: string, ask: () => Promise<Value>): Promise<Read<Value>> {
    try {
      return { value: await ask() };
    } catch (error) {
      if (Trouble.is(error, "not-found")) return { absent: true };
      if (!Trouble.is(error, "denied") && !Trouble.is(error, "refused-by-policy")) throw error;
      this.unseen.push(`${what} may not be seen, so nothing is said of them.`);
      return { why: error.text };
    }
  }
}
