// Changes to a real cluster at an even rate: pods made, labelled and deleted.
import { Agent, request } from "node:https";
import { waitUntil } from "../../support/command.ts";
import type { Cluster } from "../../support/kubernetes/cluster.ts";

const SPACE = "/api/v1/namespaces/default/pods";
/** Of those that were made, so many are there at a time. */
const KEPT = 200;
/** An API server that is slow for a while is not asked for ever more at once. */
const MOST_AT_ONCE = 32;

/** Every fourth pod holds one. */
const gpu = { resources: { limits: { "nvidia.com/gpu": 1 } } };

export class Churn {
  made = 0;
  patched = 0;
  removed = 0;
  /** Changes that the server did not make, such as to a pod that is gone. */
  failed = 0;
  readonly #cluster: Cluster;
  readonly #agent: Agent;
  readonly #port: number;
  readonly #perSecond: number;
  readonly #nodes: number;
  readonly #standing: string[] = [];
  readonly #own: string[] = [];
  readonly #underWay = new Set<Promise<void>>();

  /** @param nodes how many fake nodes there are for new pods. */
  constructor(cluster: Cluster, perSecond: number, nodes: number) {
    this.#cluster = cluster;
    this.#agent = new Agent({ keepAlive: true, maxSockets: MOST_AT_ONCE, ...cluster.credentials });
    this.#port = cluster.port;
    this.#perSecond = perSecond;
    this.#nodes = nodes;
  }

  /** Makes those that stay, straight on their nodes: a scheduler would take minutes. Resolves when all run. */
  async fill(count: number): Promise<void> {
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < count; index = next++) {
        const name = `pod-${index}`;
        await this.#create(name, index);
        this.#standing.push(name);
      }
    };
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
    await waitUntil(`${count} fake pods to run`, 600_000, async () => {
      const query = ["--field-selector=status.phase!=Running", "--ignore-not-found", "--output=name"];
      return (await this.#cluster.kubectl("get", "pods", "-n=default", ...query)).trim() === "";
    });
  }

  /** Resolves when the last change has been made. */
  async run(seconds: number): Promise<void> {
    const startedMs = performance.now();
    const all = seconds * this.#perSecond;
    for (let change = 0; change < all; change++) {
      const dueMs = startedMs + (change * 1000) / this.#perSecond;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      while (this.#underWay.size >= MOST_AT_ONCE) await Promise.race(this.#underWay);
      const one: Promise<void> = this.#change(change).finally(() => this.#underWay.delete(one));
      this.#underWay.add(one);
    }
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  /** Every other one labels a pod; of the rest one makes a pod and one deletes one. */
  #change(turn: number): Promise<void> {
    if (turn % 4 === 1) return this.#make();
    const oldest = turn % 4 === 3 && this.#own.length > KEPT ? this.#own.shift() : undefined;
    return oldest === undefined ? this.#label(turn) : this.#remove(oldest);
  }

  async #make(): Promise<void> {
    const name = `churn-${this.made++}`;
    await this.#create(name, this.made);
    this.#own.push(name);
  }

  async #create(name: string, index: number): Promise<void> {
    await this.#send("POST", SPACE, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, labels: { app: "churn" } },
      spec: {
        nodeName: `gpu-fake-${index % this.#nodes}`,
        tolerations: [{ operator: "Exists" }],
        containers: [{ name: "main", image: "slipway.test/nothing:1", ...(index % 4 === 0 ? gpu : {}) }],
      },
    });
  }

  async #label(turn: number): Promise<void> {
    // A walk over all of them that is not their order.
    const name = this.#standing[(turn * 7919) % this.#standing.length];
    this.patched++;
    await this.#send("PATCH", `${SPACE}/${name}`, { metadata: { labels: { turn: String(turn) } } });
  }

  async #remove(name: string): Promise<void> {
    this.removed++;
    await this.#send("DELETE", `${SPACE}/${name}`, { gracePeriodSeconds: 0 });
  }

  #send(method: string, path: string, body: object): Promise<void> {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    // Of a DELETE Node says no length by itself, and the server takes its body for a request of its own.
    const text = JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          method,
          path,
          host: "127.0.0.1",
          port: this.#port,
          agent: this.#agent,
          headers: { "content-type": type, "content-length": Buffer.byteLength(text) },
        },
        (answer) => {
          if ((answer.statusCode ?? 500) >= 400) this.failed++;
          answer.resume();
          answer.once("end", resolve);
          answer.once("error", reject);
        },
      );
      sent.once("error", reject);
      sent.end(text);
    });
  }
}
