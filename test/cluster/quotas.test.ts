// Quotas and LimitRanges beside the real API server: random ones, and random pods that it takes or refuses.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { readFacts } from "../../src/app/jobs/clusterCheck/readFacts.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import type { ManifestObject } from "../../src/core/kube/manifestObject.ts";
import { record, text } from "../../src/core/kube/object.ts";
import { checkCluster } from "../../src/core/rules/check.ts";
import { clu004 } from "../../src/core/rules/cluster/clu004.ts";
import { clu005 } from "../../src/core/rules/cluster/clu005.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import { randomFrom } from "../core/rules/mutate.ts";
import { sharedCluster } from "./world.ts";

const NAMESPACES = 12;
const PODS = 20;
const seed = Number(process.env["SLIPWAY_SEED"] ?? 1);

type Random = (below: number) => number;
const one = <T>(random: Random, ...values: readonly [T, ...T[]]): T =>
  values[random(values.length)] ?? values[0];
const maybe = <T>(random: Random, of: number, value: T): T | object => (random(of) === 0 ? value : {});

const CPU = ["100m", "0.5", "1", "1500m", "2", "4"] as const;
const MEMORY = ["128Mi", "1G", "1Gi", "1.5Gi", "2000000k", "4Gi"] as const;

function amounts(random: Random, gpus = false): object {
  return {
    ...maybe(random, 2, { cpu: one(random, ...CPU) }),
    ...maybe(random, 2, { memory: one(random, ...MEMORY) }),
    ...(gpus ? maybe(random, 3, { "nvidia.com/gpu": String(one(random, 1, 2, 4)) }) : {}),
  };
}

function randomLimits(random: Random, index: number): object {
  const item = (type: string) => ({
    type,
    ...maybe(random, 2, { max: amounts(random, true) }),
    ...maybe(random, 3, { min: amounts(random) }),
    ...(type === "Container" ? maybe(random, 2, { default: amounts(random) }) : {}),
    ...(type === "Container" ? maybe(random, 3, { defaultRequest: amounts(random) }) : {}),
    ...maybe(random, 4, { maxLimitRequestRatio: { cpu: one(random, "1", "2", "1.5", "4") } }),
  });
  // Two that fill in different things are taken in an order that is not defined.
  const limits =
    index > 1
      ? [item("Pod")]
      : random(3) === 0
        ? [item("Container"), item("Pod")]
        : [item(one(random, "Container", "Pod"))];
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name: `limits-${index}` }, spec: { limits } };
}

function randomQuota(random: Random, index: number): object {
  const scope = one<object>(
    random,
    {},
    {},
    { scopes: [one(random, "Terminating", "NotTerminating", "NotBestEffort")] },
    {
      scopeSelector: {
        matchExpressions: [
          { scopeName: "PriorityClass", operator: "In", values: ["system-node-critical", "slipway-high"] },
        ],
      },
    },
  );
  const hard = {
    ...maybe(random, 2, { pods: one(random, "1", "2", "3", "10") }),
    ...maybe(random, 3, { "requests.cpu": one(random, "1", "2", "3500m") }),
    ...maybe(random, 4, { cpu: one(random, "2", "4") }),
    ...maybe(random, 4, { "limits.memory": one(random, "2Gi", "8Gi") }),
    ...maybe(random, 4, { memory: one(random, "1Gi", "8Gi") }),
    ...maybe(random, 2, { "requests.nvidia.com/gpu": one(random, "0", "1", "3", "8") }),
  };
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: `quota-${index}` },
    spec: { hard, ...scope },
  };
}

function randomPod(random: Random, name: string, namespace: string): object {
  const container = (called: string) => {
    const limits: Record<string, unknown> = { ...amounts(random, true) };
    const requests: Record<string, unknown> = { ...amounts(random) };
    // What is more than its limit is refused before any quota is asked.
    for (const key of Object.keys(requests)) if (limits[key] !== undefined) delete requests[key];
    return { name: called, image: "slipway.test/nothing:1", resources: { limits, requests } };
  };
  const init = { ...container("prepare"), ...maybe(random, 2, { restartPolicy: "Always" }) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      schedulerName: "nobody",
      automountServiceAccountToken: false,
      ...maybe(random, 4, { activeDeadlineSeconds: 100 }),
      ...maybe(random, 4, { priorityClassName: "slipway-high" }),
      ...maybe(random, 3, { initContainers: [init] }),
      containers: Array.from({ length: 1 + random(2) }, (_, at) => container(`main-${at}`)),
    },
  };
}

describe("quotas and limits, beside the real API server", function () {
  this.timeout(180_000);
  const signal = never();
  let connection: Connection;
  let context = "";
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `quotas-${index}`);

  const call = (method: "POST" | "DELETE" | "GET", path: string, body?: object) =>
    connection.transport.json({ method, path, ...(body ? { body } : {}) }, signal);

  before(async function () {
    const cluster = await sharedCluster(this);
    context = cluster.context;
    const io = new KubeClusters(() => [cluster.kubeconfigPath], systemClock, silentLog);
    await io.load();
    connection = await io.connect(context);
    await call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", {
      metadata: { name: "slipway-high" },
      value: 1000,
    });
    for (const name of namespaces) await call("POST", "/api/v1/namespaces", { metadata: { name } });
    // Pods are taken once the namespace's own account is there.
    for (const name of namespaces)
      for (;;) {
        const accounts = await connection.list(`/api/v1/namespaces/${name}/serviceaccounts`, "", signal);
        if (accounts.length > 0) break;
        await delay(50);
      }
  });

  after(async () => {
    if (!connection) return;
    for (const name of namespaces) await call("DELETE", `/api/v1/namespaces/${name}`).catch(() => {});
    await call("DELETE", "/apis/scheduling.k8s.io/v1/priorityclasses/slipway-high").catch(() => {});
    connection.dispose();
  });

  /** What the server itself says; undefined when it takes the pod. */
  async function refusal(pod: object, namespace: string): Promise<string | undefined> {
    const object = pod as ManifestObject["object"];
    const target = { object, apiVersion: "v1", kind: "Pod", namespace };
    const tried = await connection.trier().try(target, namespace, signal);
    assert.equal(tried.how, "answered");
    return tried.how === "answered" ? tried.refusal?.message : undefined;
  }

  async function ours(pod: object, namespace: string): Promise<string[]> {
    const object = pod as ManifestObject["object"];
    const name = text(object, "metadata", "name") ?? "";
    const objects = [{ object, apiVersion: "v1", kind: "Pod", name, namespace }];
    const { facts, unseen } = await readFacts(connection, { context, namespace, objects }, () => {}, signal);
    assert.deepEqual(unseen, []);
    const input = {
      path: "pod.yaml",
      text: JSON.stringify(pod),
      settings: { levels: {} },
      rules: [clu004, clu005],
    };
    return checkCluster(input, { facts, answers: [] }).map(({ rule, message }) => `${rule} ${message}`);
  }

  /** Its status says what it enforces. */
  async function settled(namespace: string): Promise<void> {
    for (;;) {
      const quotas = await connection.list(`/api/v1/namespaces/${namespace}/resourcequotas`, "", signal);
      const enforces = (quota: object) =>
        Object.keys(record(quota, "spec", "hard")).every((key) => key in record(quota, "status", "used"));
      if (quotas.every(enforces)) return;
      await delay(50);
    }
  }

  it(`are judged alike for ${NAMESPACES * PODS} random pods (SLIPWAY_SEED=${seed})`, async () => {
    const random = randomFrom(seed);
    const counts = { taken: 0, quota: 0, limits: 0, unsaid: 0 };
    for (const namespace of namespaces) {
      const base = `/api/v1/namespaces/${namespace}`;
      for (let index = random(3); index > 0; index--)
        // Limits that contradict themselves are refused, and then are not there for either.
        await call("POST", `${base}/limitranges`, randomLimits(random, index)).catch(() => {});
      for (let index = random(3); index > 0; index--)
        await call("POST", `${base}/resourcequotas`, randomQuota(random, index)).catch(() => {});
      await settled(namespace);
      for (let index = 0; index < PODS; index++) {
        const pod = randomPod(random, `pod-${index}`, namespace);
        const said = await refusal(pod, namespace);
        const found = await ours(pod, namespace);
        const story = async () => {
          const all = async (plural: string) =>
            (await connection.list(`${base}/${plural}`, "", signal)).map((item) => ({
              spec: record(item, "spec"),
              status: record(item, "status"),
            }));
          const around = { limits: await all("limitranges"), quotas: await all("resourcequotas") };
          return `${JSON.stringify({ pod, around }, undefined, 1)}\nserver: ${said ?? "takes it"}\nours: ${found.join("\n") || "takes it"}`;
        };
        if ((said === undefined) !== (found.length === 0)) assert.fail(await story());
        if (said === undefined) counts.taken++;
        else if (/exceeded quota/.test(said)) counts.quota++;
        else if (/failed quota/.test(said)) counts.unsaid++;
        else if (/usage per|ratio per|must be less than or equal to \w+ limit/.test(said)) counts.limits++;
        else assert.fail(await story());
        // Some stay, so that quotas are in use.
        if (said === undefined && random(4) === 0) await call("POST", `${base}/pods`, pod);
      }
    }
    for (const [what, number] of Object.entries(counts)) assert.ok(number >= 10, `${what}: ${number}`);
  });
});
