// Where a pod could run, beside the real scheduler: random nodes and pods, and each of its decisions compared.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { field, type KubeObject, list, text } from "../../src/core/kube/object.ts";
import { placement } from "../../src/core/kube/scheduling/explain.ts";
import { isFreed, whatMustEnd } from "../../src/core/kube/scheduling/fit.ts";
import { Judge } from "../../src/core/kube/scheduling/judge.ts";
import { type NodeState, nodeStates } from "../../src/core/kube/scheduling/nodeState.ts";
import { podNeeds } from "../../src/core/kube/scheduling/podNeeds.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import type { Connection } from "../../src/io/kube/connection.ts";
import { randomFrom } from "../core/rules/mutate.ts";
import { sharedCluster } from "./world.ts";

const NODES = 12;
const PODS = 200;
const NAMESPACE = "scheduling";
const seed = Number(process.env["SLIPWAY_SEED"] ?? 1);

type Random = (below: number) => number;
const one = <T>(random: Random, ...values: readonly [T, ...T[]]): T =>
  values[random(values.length)] ?? values[0];
const maybe = (random: Random, of: number, value: object): object => (random(of) === 0 ? value : {});

function randomNode(random: Random, index: number): object {
  const gpus = one(random, 0, 0, 1, 2, 4, 8);
  const resources = {
    cpu: one(random, "2", "4", "7500m"),
    memory: one(random, "4Gi", "8000000Ki", "16Gi"),
    pods: one(random, "4", "8", "20"),
    ...(gpus > 0 ? { "nvidia.com/gpu": String(gpus) } : {}),
    ...maybe(random, 3, { "nvidia.com/mig-1g.10gb": "7" }),
  };
  const taints = [
    // Pods of other tests stay away.
    { key: "slipway.test/random", value: "yes", effect: "NoSchedule" },
    ...(random(3) === 0 ? [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }] : []),
    ...(random(4) === 0 ? [{ key: "team", value: one(random, "a", "b"), effect: "NoExecute" }] : []),
    ...(random(4) === 0 ? [{ key: "soft", effect: "PreferNoSchedule" }] : []),
  ];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: `random-${index}`,
      labels: {
        "slipway.test/random": "yes",
        ...maybe(random, 2, { "nvidia.com/gpu.product": one(random, "A100", "H100") }),
        ...maybe(random, 2, { "nvidia.com/gpu.memory": one(random, "40960", "81559", "many") }),
        zone: one(random, "a", "b", "c"),
      },
    },
    spec: { taints, ...maybe(random, 6, { unschedulable: true }) },
    status: {
      allocatable: resources,
      capacity: resources,
      conditions: [
        { type: "Ready", status: "True", reason: "KubeletReady", message: "", lastHeartbeatTime: new Date() },
      ],
    },
  };
}

function randomContainer(random: Random, name: string): object {
  const gpu = random(3) === 0 ? { "nvidia.com/gpu": String(one(random, 1, 1, 2, 4, 16)) } : {};
  const mig = maybe(random, 6, { "nvidia.com/mig-1g.10gb": "1" });
  return {
    name,
    image: "slipway.test/nothing:1",
    resources: {
      limits: { ...gpu, ...mig, ...maybe(random, 3, { cpu: one(random, "1", "2500m", "0.1") }) },
      requests: maybe(random, 2, { memory: one(random, "1Gi", "700M", "3.5Gi", "128974848") }),
    },
    ...maybe(random, 8, {
      ports: [
        { containerPort: 80, hostPort: one(random, 8080, 8081), ...maybe(random, 2, { hostIP: "10.0.0.1" }) },
      ],
    }),
  };
}

function randomPod(random: Random, index: number): object {
  const expression = one<object>(
    random,
    { key: "zone", operator: "In", values: [one(random, "a", "b"), "c"] },
    { key: "zone", operator: "NotIn", values: ["a"] },
    { key: "nvidia.com/gpu.product", operator: "Exists" },
    { key: "nvidia.com/gpu.product", operator: "DoesNotExist" },
    { key: "nvidia.com/gpu.memory", operator: "Gt", values: ["50000"] },
    { key: "nvidia.com/gpu.memory", operator: "Lt", values: ["81559"] },
  );
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [expression] },
          ...(random(3) === 0
            ? [
                {
                  matchFields: [
                    { key: "metadata.name", operator: "In", values: [`random-${random(NODES)}`] },
                  ],
                },
              ]
            : []),
        ],
      },
    },
  };
  const app = one(random, "a", "b", "c");
  const peers = () => ({
    labelSelector: one<object>(
      random,
      { matchLabels: { app: one(random, "a", "b", "c") } },
      { matchExpressions: [{ key: "app", operator: "NotIn", values: [one(random, "a", "b")] }] },
      {},
    ),
    topologyKey: one(random, "zone", "zone", "nvidia.com/gpu.product", "kubernetes.io/hostname", "none"),
    ...maybe(random, 4, { matchLabelKeys: ["team"] }),
    ...maybe(random, 5, one<object>(random, { namespaces: ["other"] }, { namespaceSelector: {} })),
  });
  const terms = () => ({
    requiredDuringSchedulingIgnoredDuringExecution: Array.from({ length: 1 + random(2) }, peers),
  });
  const spread = () => ({
    maxSkew: 1 + random(2),
    topologyKey: one(random, "zone", "zone", "nvidia.com/gpu.product", "kubernetes.io/hostname"),
    whenUnsatisfiable: one(random, "DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"),
    labelSelector: { matchLabels: { app: one(random, app, app, "a") } },
    ...maybe(random, 3, { nodeAffinityPolicy: one(random, "Ignore", "Honor") }),
    ...maybe(random, 3, { nodeTaintsPolicy: one(random, "Ignore", "Honor") }),
    ...maybe(random, 4, { matchLabelKeys: ["team"] }),
  });
  const spreads = Array.from({ length: 1 + random(2) }, spread).filter(
    (each, at, all) =>
      all.findIndex(
        (other) =>
          other.topologyKey === each.topologyKey && other.whenUnsatisfiable === each.whenUnsatisfiable,
      ) === at,
  );
  const minimal = spreads.map((each) =>
    each.whenUnsatisfiable === "DoNotSchedule" ? { ...each, ...maybe(random, 3, { minDomains: 3 }) } : each,
  );
  const tolerations = [
    { key: "slipway.test/random", operator: "Exists" },
    ...(random(2) === 0 ? [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] : []),
    ...(random(3) === 0 ? [{ key: "team", value: one(random, "a", "b") }] : []),
    ...(random(8) === 0 ? [{ operator: "Exists" }] : []),
  ];
  const init = { ...randomContainer(random, "prepare"), ...maybe(random, 2, { restartPolicy: "Always" }) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `pod-${index}`,
      namespace: NAMESPACE,
      labels: { app, ...maybe(random, 2, { team: one(random, "x", "y") }) },
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      nodeSelector: {
        "slipway.test/random": "yes",
        ...maybe(random, 5, { zone: one(random, "a", "b", "nowhere") }),
        ...maybe(random, 6, { "nvidia.com/gpu.product": one(random, "A100", "H100") }),
      },
      affinity: {
        ...maybe(random, 3, affinity),
        ...maybe(random, 5, { podAffinity: terms() }),
        ...maybe(random, 5, { podAntiAffinity: terms() }),
      },
      ...maybe(random, 4, { topologySpreadConstraints: minimal }),
      tolerations,
      ...maybe(random, 4, { initContainers: [init] }),
      containers: Array.from({ length: 1 + random(2) }, (_, at) => randomContainer(random, `main-${at}`)),
    },
  };
}

describe("where a pod could run, beside the real scheduler", function () {
  this.timeout(180_000);
  const signal = never();
  let connection: Connection;
  const random = randomFrom(seed);

  const call = (method: "POST" | "DELETE" | "GET", path: string, body?: object) =>
    connection.transport.json({ method, path, ...(body ? { body } : {}) }, signal);
  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;

  before(async function () {
    const cluster = await sharedCluster(this);
    const io = new KubeClusters(() => [cluster.kubeconfigPath], systemClock, silentLog);
    await io.load();
    connection = await io.connect(cluster.context);
    await call("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } });
    for (let index = 0; index < NODES; index++)
      await call("POST", "/api/v1/nodes", randomNode(random, index));
    // The controller that marks nodes has seen that they are well.
    for (;;) {
      const nodes = await connection.list("/api/v1/nodes", "slipway.test/random=yes", signal);
      const keys = nodes.flatMap((node) => list(node, "spec", "taints").map((taint) => text(taint, "key")));
      if (!keys.includes("node.kubernetes.io/not-ready")) break;
      await delay(50);
    }
  });

  after(async () => {
    if (!connection) return;
    for (let index = 0; index < NODES; index++)
      await call("DELETE", `/api/v1/nodes/random-${index}`).catch(() => {});
    await call("DELETE", `/api/v1/namespaces/${NAMESPACE}`).catch(() => {});
    connection.dispose();
  });

  async function states(): Promise<NodeState[]> {
    const [nodes, all] = await Promise.all([
      connection.list("/api/v1/nodes", "", signal),
      connection.list("/api/v1/pods", "", signal),
    ]);
    return nodeStates(nodes, all);
  }

  /** Where the scheduler puts it; undefined when it says that it can't. */
  async function decision(name: string): Promise<{ node: string | undefined; said: string }> {
    for (;;) {
      const pod: KubeObject = await call("GET", `${pods}/${name}`);
      const node = text(pod, "spec", "nodeName");
      if (node !== undefined) return { node, said: "" };
      const condition = list(pod, "status", "conditions").find(
        (entry) => field(entry, "type") === "PodScheduled",
      );
      if (text(condition, "reason") === "Unschedulable")
        return { node, said: text(condition, "message") ?? "" };
      await delay(5);
    }
  }

  it(`agrees with it on ${PODS} random pods (SLIPWAY_SEED=${seed})`, async () => {
    let placed = 0;
    for (let index = 0; index < PODS; index++) {
      const pod = randomPod(random, index);
      const made = await call("POST", pods, pod);
      const name = text(made, "metadata", "name") ?? "";
      // As it is written: what the server fills in is not needed.
      const needs = podNeeds(pod);
      const now = await states();
      const before = now.map((node) => ({ ...node, pods: node.pods.filter((other) => other.name !== name) }));
      const { node, said } = await decision(name);
      const { fits } = placement(needs, before);
      const names = fits.map((fit) => fit.name);
      const story = () =>
        `${JSON.stringify(pod, undefined, 1)}\nfits: ${names.join() || "nowhere"}\nscheduler: ${node ?? said}`;
      if (node === undefined) assert.deepEqual(names, [], story());
      else assert.ok(names.includes(node), story());
      if (node === undefined) await call("DELETE", `${pods}/${name}`);
      else placed += 1;
      // Room again now and then, by what would have to end for this pod.
      if (node !== undefined || random(3) !== 0) continue;
      const judge = new Judge(needs, before);
      const ends = before
        .filter((state) => judge.obstacles(state).every(isFreed))
        .map((state) => whatMustEnd(needs, state))
        .find((gone) => gone !== undefined);
      if (!ends) continue;
      for (const end of ends) await call("DELETE", `${pods}/${end.name}`);
      await call("POST", pods, pod);
      // It may look before it has heard of their end; then it looks again by itself.
      const until = Date.now() + 20_000;
      let again = await decision(name);
      while (again.node === undefined && Date.now() < until) again = await decision(name);
      const gone = ends.map((end) => end.name).join();
      assert.ok(again.node !== undefined, `${story()}\nalso after ${gone} ended: ${again.said}`);
    }
    assert.ok(placed > PODS / 8 && placed < PODS * 0.9, `${placed} of ${PODS} were placed`);
  });
});
