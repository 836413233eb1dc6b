// Why a pod is Pending on a real cluster, as the person reads it: beside the scheduler's own words, what is in the way.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { whyPending } from "../../src/ui/commands/whyPending.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const NAMESPACE = "pending";

const spec = (more: object = {}, limits: object = {}) => ({
  automountServiceAccountToken: false,
  containers: [{ name: "main", image: "example/main:1", resources: { limits } }],
  ...more,
});

/** Kueue's kinds by their shape: no controller runs. */
const definition = (kind: string, plural: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: {
    name: `${plural}.kueue.x-k8s.io`,
    annotations: { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/kueue" },
  },
  spec: {
    group: "kueue.x-k8s.io",
    scope: "Namespaced",
    names: { kind, plural },
    versions: [
      {
        name: "v1beta1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});

describe("why is it Pending", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.kubectl("create", "namespace", NAMESPACE);
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
    for (const plural of ["workloads", "localqueues"])
      await cluster?.kubectl(
        "delete",
        "crd",
        `${plural}.kueue.x-k8s.io`,
        "--ignore-not-found",
        "--wait=false",
      );
  });
  afterEach(() => world?.dispose());

  const made = (kind: string, apiVersion: string, name: string, more: object) =>
    cluster.apply({ apiVersion, kind, metadata: { name, namespace: NAMESPACE }, ...more });

  async function until(what: string, jsonpath: string): Promise<void> {
    await cluster.kubectl("wait", "-n", NAMESPACE, what, `--for=jsonpath=${jsonpath}`, "--timeout=30s");
  }
  const unschedulable = "{.status.conditions[?(@.type=='PodScheduled')].reason}=Unschedulable";

  async function asked(kind: string, name: string): Promise<string> {
    world = worldOn(cluster.kubeconfigPath);
    await world.app.clusters.contexts();
    const uid = await cluster.kubectl("get", "-n", NAMESPACE, kind, name, "-o=jsonpath={.metadata.uid}");
    const target = { type: "object", context: cluster.context, kind, name, namespace: NAMESPACE, uid };
    await whyPending.run(world.app, world.ui, target as never);
    return world.ui.documents[0]?.text ?? "";
  }

  it("says what is too little, and who would have to end", async () => {
    await made("Pod", "v1", "large", { spec: spec({}, { "nvidia.com/gpu": "4" }) });
    await until("pod/large", unschedulable);
    const text = await asked("Pod", "large");
    assert.match(text, /^Why is Pod large Pending\?\nContext slipway-test, as of \d/);
    assert.match(text, /The scheduler says: 0\/1 nodes are available: 1 Insufficient nvidia\.com\/gpu/);
    assert.match(text, /1 node has too little free: 4 GPU wanted, \d of 4 GPU free/);
    assert.match(text, /→ It would fit on node-1 if (this pod|these pods) ended: /);
  });

  it("says which gate holds it, and whose that is", async () => {
    await made("Pod", "v1", "gated", { spec: spec({ schedulingGates: [{ name: "example.com/licence" }] }) });
    assert.match(
      await asked("Pod", "gated"),
      /\n\nThe scheduling gate example\.com\/licence keeps it from being scheduled; it is taken away by whatever put it there\.\n$/,
    );
  });

  it("says what is wrong with its volumes", async () => {
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    await made("Pod", "v1", "reader", { spec: spec({ volumes }) });
    await until("pod/reader", unschedulable);
    assert.match(
      await asked("Pod", "reader"),
      /The scheduler says: .*persistentvolumeclaim "data" not found.*\n\nThere is no PersistentVolumeClaim data: make it, or name another\./,
    );
    world.dispose();
    const resources = { requests: { storage: "1Gi" } };
    const claim = { accessModes: ["ReadWriteOnce"], resources, volumeName: "far" };
    await cluster.apply({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "far" },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        storageClassName: "elsewhere",
        hostPath: { path: "/nonexistent" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["far"] }] }],
          },
        },
      },
    });
    try {
      await made("PersistentVolumeClaim", "v1", "data", {
        spec: { ...claim, storageClassName: "elsewhere" },
      });
      await until("pvc/data", "{.status.phase}=Bound");
      await made("Pod", "v1", "near", { spec: spec({ volumes }) });
      await until("pod/near", unschedulable);
      assert.match(
        await asked("Pod", "near"),
        /The cluster's only node can't run it now: 1 node does not reach the volume of its claim data\./,
      );
    } finally {
      await cluster.kubectl("delete", "pv", "far", "--wait=false");
    }
  });

  it("says that it must not run beside a pod that is there", async () => {
    const term = { labelSelector: { matchLabels: { app: "lonely" } }, topologyKey: "kubernetes.io/hostname" };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    for (const name of ["lonely-1", "lonely-2"])
      await cluster.apply({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: NAMESPACE, labels: { app: "lonely" } },
        spec: spec({ affinity }),
      });
    const names = await cluster.kubectl(
      "wait",
      "-n",
      NAMESPACE,
      "pod",
      "-l",
      "app=lonely",
      "--for=jsonpath={.status.conditions[?(@.type=='PodScheduled')].status}",
      "--timeout=30s",
    );
    assert.match(names, /lonely-1[^]*lonely-2/);
    assert.match(
      await asked("Pod", "lonely-2"),
      /1 node has a pod near that it must not run beside \(pod anti-affinity, kubernetes\.io\/hostname\)/,
    );
  });

  it("says what a container waits for once it has its node", async () => {
    const image = "slipway.invalid/none:1";
    const containers = [{ name: "main", image, imagePullPolicy: "Never" }];
    await made("Pod", "v1", "pulling", { spec: spec({ containers }) });
    await until("pod/pulling", "{.status.containerStatuses[0].state.waiting.reason}=ErrImageNeverPull");
    assert.match(
      await asked("Pod", "pulling"),
      /\n\nIt has its place on node node-1, and its containers do not run yet: ErrImageNeverPull: .*slipway\.invalid\/none:1.*\nLast warning \(\w+, \d+ s ago\): /,
    );
  });

  it("says of a Deployment why its pods can't be made", async () => {
    await cluster.kubectl("create", "-n", NAMESPACE, "quota", "gpus", "--hard=requests.nvidia.com/gpu=1");
    try {
      await until("quota/gpus", "{.status.hard}");
      const labels = { app: "wide" };
      const template = { metadata: { labels }, spec: spec({}, { "nvidia.com/gpu": "2" }) };
      await made("Deployment", "apps/v1", "wide", {
        spec: { replicas: 2, selector: { matchLabels: labels }, template },
      });
      await until("deployment/wide", "{.status.conditions[?(@.type=='ReplicaFailure')].status}=True");
      assert.match(
        await asked("Deployment", "wide"),
        /\n\nIts pods can't be made: .*exceeded quota: gpus, requested: requests\.nvidia\.com\/gpu=2, used: .*limited: requests\.nvidia\.com\/gpu=1\n$/,
      );
    } finally {
      await cluster.kubectl("delete", "-n", NAMESPACE, "quota", "gpus");
    }
  });

  it("says of a suspended Job where it stands in its queue", async () => {
    for (const [kind, plural] of [
      ["Workload", "workloads"],
      ["LocalQueue", "localqueues"],
    ] as const) {
      await cluster.apply(definition(kind, plural));
      await cluster.kubectl(
        "wait",
        `crd/${plural}.kueue.x-k8s.io`,
        "--for=condition=Established",
        "--timeout=30s",
      );
    }
    await made("LocalQueue", "kueue.x-k8s.io/v1beta1", "team", { spec: { clusterQueue: "research" } });
    await made("Job", "batch/v1", "train", {
      spec: { suspend: true, template: { spec: { ...spec(), restartPolicy: "Never" } } },
    });
    const uid = await cluster.kubectl("get", "-n", NAMESPACE, "job", "train", "-o=jsonpath={.metadata.uid}");
    const owner = { apiVersion: "batch/v1", kind: "Job", name: "train", uid, controller: true };
    await cluster.apply({
      apiVersion: "kueue.x-k8s.io/v1beta1",
      kind: "Workload",
      metadata: { name: "job-train-1a2b", namespace: NAMESPACE, ownerReferences: [owner] },
      spec: { queueName: "team" },
      status: {
        conditions: [
          {
            type: "QuotaReserved",
            status: "False",
            reason: "Pending",
            message: "couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu",
          },
        ],
      },
    });
    assert.match(
      await asked("Job", "train"),
      /\n\nIt waits in LocalQueue team \(ClusterQueue research\)\.\nKueue says: couldn't assign flavors .*\nIt is suspended, and Kueue resumes it when it is admitted\.\n$/,
    );
  });
});
