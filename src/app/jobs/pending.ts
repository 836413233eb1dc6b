// Reads why an object's pods do not run yet: the pod itself, what its controller says, and its place in a queue.
import type { Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { kueueVersions, queueSentences, workloadOf } from "../../core/kube/kueueWorkload.ts";
import { field, type KubeObject, list, text } from "../../core/kube/object.ts";
import {
  isSuspended,
  missingPods,
  type PendingAnswer,
  whyPending,
} from "../../core/kube/scheduling/whyPending.ts";
import { formatSelector } from "../../core/kube/selector.ts";
import type { ClusterConnection } from "../stores/cluster/port.ts";

/** What the question needs of an open cluster. */
export type PendingPort = Pick<ClusterConnection, "list" | "events">;

export interface Pending extends PendingAnswer {
  /** The pod that the answer is about; undefined where there is none to ask about. */
  readonly pod?: KubeObject;
  /** How many others wait beside it. */
  readonly others: number;
}

/**
 * @param object a pod, or what makes pods.
 * @param selects labels of its pods, where the object itself does not say them.
 * @throws Trouble when it can't be read.
 */
export async function readPending(
  connection: PendingPort,
  object: KubeObject,
  selects: readonly string[] | undefined,
  nowMs: number,
  signal: Signal,
): Promise<Pending> {
  const reader = new Reader(connection, text(object, "metadata", "namespace") ?? "default", signal);
  if (text(object, "kind") === "Pod") return { ...(await reader.pod(object, nowMs)), pod: object, others: 0 };
  const pods = await reader.podsOf(object, selects);
  const waiting = pods.filter((pod) => text(pod, "status", "phase") === "Pending");
  const [first] = waiting;
  const own = await reader.missing(object);
  if (!first) {
    const words = pods.length === 0 ? "It has no pods." : `None of its ${pods.length} pods is Pending.`;
    return { lines: own.length > 0 ? own : [words], isAboutNodes: false, others: 0 };
  }
  const answer = await reader.pod(first, nowMs);
  return { ...answer, lines: [...own, ...answer.lines], pod: first, others: waiting.length - 1 };
}

class Reader {
  readonly #connection: PendingPort;
  readonly #namespace: string;
  readonly #signal: Signal;

  constructor(connection: PendingPort, namespace: string, signal: Signal) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#signal = signal;
  }

  async pod(pod: KubeObject, nowMs: number): Promise<PendingAnswer> {
    const isGated = list(pod, "spec", "schedulingGates").some((gate) =>
      text(gate, "name")?.includes("kueue"),
    );
    const [events, queue] = await Promise.all([this.#events(pod), isGated ? this.#queue(pod) : []]);
    return whyPending({ pod, events, queue, nowMs });
  }

  /** Why there are too few pods. */
  async missing(object: KubeObject): Promise<string[]> {
    const queue = isSuspended(object) ? await this.#queue(object) : [];
    const said = missingPods(object, await this.#events(object), queue);
    if (said.length === 0 && text(object, "kind") === "Deployment") {
      // A Deployment's pods are made by its ReplicaSets, which say it.
      for (const set of await this.#ownedBy(object, "replicasets"))
        said.push(...missingPods(set, await this.#events(set), []));
    }
    return said;
  }

  async podsOf(object: KubeObject, selects: readonly string[] | undefined): Promise<KubeObject[]> {
    const written = formatSelector(field(object, "spec", "selector"));
    const path = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/pods`;
    const found: KubeObject[] = [];
    for (const selector of written === "" ? (selects ?? []) : [written])
      found.push(...(await this.#connection.list(path, selector, this.#signal)));
    return found;
  }

  async #ownedBy(object: KubeObject, plural: string): Promise<KubeObject[]> {
    const path = `/apis/apps/v1/namespaces/${encodeURIComponent(this.#namespace)}/${plural}`;
    const selector = formatSelector(field(object, "spec", "selector"));
    const all = await this.#seen(() => this.#connection.list(path, selector, this.#signal));
    const uid = text(object, "metadata", "uid");
    return (all ?? []).filter((one) =>
      list(one, "metadata", "ownerReferences").some((owner) => text(owner, "uid") === uid),
    );
  }

  #events(object: KubeObject): Promise<KubeObject[] | undefined> {
    const uid = text(object, "metadata", "uid") ?? "";
    return this.#seen(() => this.#connection.events(this.#namespace, uid, this.#signal));
  }

  /** What Kueue says of it; nothing where it has nothing to do with it. */
  async #queue(object: KubeObject): Promise<string[]> {
    const uids = [
      text(object, "metadata", "uid") ?? "",
      ...list(object, "metadata", "ownerReferences").map((owner) => text(owner, "uid") ?? ""),
    ];
    const group = text(object, "metadata", "labels", "kueue.x-k8s.io/pod-group-name");
    const workloads = await this.#first(kueueVersions, "kueue.x-k8s.io", "workloads");
    const workload = workloadOf(workloads ?? [], uids, group);
    if (!workload) return [];
    const name = text(workload, "spec", "queueName");
    if (name === undefined) return queueSentences(workload, {});
    const queues = await this.#first(kueueVersions, "kueue.x-k8s.io", "localqueues");
    const queue = queues?.find((one) => text(one, "metadata", "name") === name);
    const pending = await this.#first(
      kueueVersions,
      "visibility.kueue.x-k8s.io",
      `localqueues/${encodeURIComponent(name)}/pendingworkloads`,
    );
    return queueSentences(workload, {
      ...(pending ? { pending } : {}),
      ...(queues ? { queue: queue ?? "absent" } : {}),
    });
  }

  /** The list in the newest version that is served; undefined where there is none to see. */
  async #first(versions: readonly string[], group: string, rest: string): Promise<KubeObject[] | undefined> {
    for (const version of versions) {
      const path = `/apis/${group}/${version}/namespaces/${encodeURIComponent(this.#namespace)}/${rest}`;
      const found = await this.#seen(() => this.#connection.list(path, "", this.#signal));
      if (found) return found;
    }
    return undefined;
  }

  async #seen<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (Trouble.is(error, "denied") || Trouble.is(error, "not-found")) return undefined;
      // A server of an aggregated API that is away leaves its part of the answer out.
      if (Trouble.is(error, "unreachable")) return undefined;
      throw error;
    }
  }
}
