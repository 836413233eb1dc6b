// What only the cluster knows, of a manifest in the editor: its nodes, names, quotas and limits, on a real one.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { Lines } from "../../src/core/syntax/lines.ts";
import { checkAgainstCluster } from "../../src/ui/commands/checkAgainstCluster.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { applyFix } from "../core/rules/apply.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const NAMESPACE = "facts";

const deployment = (container: string, spec = "", replicas = 1) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
  namespace: ${NAMESPACE}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: llm
  template:
    metadata:
      labels:
        app: llm
    spec:
${spec}      containers:
        - name: main
          image: example/main:1
${container}`;

const gpus = (count: number, resource = "nvidia.com/gpu") => `          resources:
            limits:
              ${resource}: ${count}
`;

const queues = ["localqueues LocalQueue Namespaced", "clusterqueues ClusterQueue Cluster"].map((row) => {
  const [plural = "", kind = "", scope = ""] = row.split(" ");
  const schema = {
    openAPIV3Schema: {
      type: "object",
      properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.kueue.x-k8s.io`,
      annotations: { "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/kueue" },
    },
    spec: {
      group: "kueue.x-k8s.io",
      scope,
      names: { kind, plural },
      versions: [{ name: "v1beta1", served: true, storage: true, schema }],
    },
  };
});

describe("what only a cluster knows", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.kubectl("create", "namespace", NAMESPACE);
    await cluster.kubectl(
      "create",
      "-n",
      NAMESPACE,
      "secret",
      "generic",
      "hf-token",
      "--from-literal=token=hunter2",
    );
    await cluster.kubectl("create", "-n", NAMESPACE, "configmap", "settings", "--from-literal=a=b");
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
  });
  afterEach(() => world?.dispose());

  async function checked(text: string, kubeconfig = cluster.kubeconfigPath) {
    world = worldOn(kubeconfig);
    world.ui.active = { name: "serve.yaml", text };
    await checkAgainstCluster.run(world.app, world.ui, undefined);
    const lines = new Lines(text);
    const findings = world.app.clusterFindings.get("file:///serve.yaml")?.findings ?? [];
    const found = findings.map(({ rule, range, message, severity }) => {
      const marked = text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end));
      return `${severity} ${rule} «${marked}» ${message}`;
    });
    return { found, findings, said: world.ui.said[0] ?? "" };
  }

  const expected: readonly [string, string, string[]][] = [
    ["nothing where all is well", deployment(gpus(1)), []],
    [
      "a GPU that no node has",
      deployment(gpus(1), "      nodeSelector:\n        nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM2\n"),
      [
        "warning GPU018 «NVIDIA-H100-80GB-HBM2» No node of slipway-test has nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM2; there is NVIDIA-H100-80GB-HBM3.",
      ],
    ],
    [
      "more GPUs than a node has",
      deployment(gpus(16)),
      ["warning GPU021 «16» No node of slipway-test has 16 GPU; the largest has 4 GPU."],
    ],
    [
      "a part of a GPU that no node offers",
      deployment(gpus(1, "nvidia.com/mig-1g.10gb")),
      [
        "warning GPU006 «1» No node of slipway-test offers nvidia.com/mig-1g.10gb; none is cut into MIG instances.",
      ],
    ],
    [
      "that there is no room now for all of them",
      deployment(gpus(1), "", 3),
      [
        "information CLU003 «1» There is room for 1 of 3 pods now. 1 node has too little free: 1 GPU wanted, 0 of 4 GPU free (node-1).",
      ],
    ],
    [
      "a CUDA that the driver of the nodes is too old for, and not one that it runs",
      deployment(gpus(1)).replace("example/main:1", "nvidia/cuda:13.0.2-base-ubuntu24.04"),
      [],
    ],
    [
      "a Secret that is not there, and not one that is optional",
      deployment(`          envFrom:
            - secretRef:
                name: hf-tokne
            - configMapRef:
                name: nothing
                optional: true
            - configMapRef:
                name: settings
`),
      ["warning CLU007 «hf-tokne» There is no Secret hf-tokne in namespace facts; hf-token may be meant."],
    ],
    [
      "classes and accounts that are not there",
      deployment(
        "",
        "      runtimeClassName: nvidia\n      priorityClassName: highest\n      serviceAccountName: runner\n",
      ),
      [
        "error GPU020 «nvidia» There is no RuntimeClass nvidia in slipway-test.",
        "error CLU006 «highest» There is no PriorityClass highest in slipway-test.",
        "error CLU007 «runner» There is no ServiceAccount runner in namespace facts.",
      ],
    ],
    [
      "nothing of what comes with the same file",
      `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner, namespace: ${NAMESPACE}}\n---\n${deployment("", "      serviceAccountName: runner\n")}`,
      [],
    ],
    [
      "a StorageClass that is not there",
      `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: ${NAMESPACE}}\nspec:\n  storageClassName: fast\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n`,
      ["warning CLU006 «fast» There is no StorageClass fast in slipway-test."],
    ],
  ];
  for (const [what, text, findings] of expected)
    it(`finds ${what}`, async () => assert.deepEqual((await checked(text)).found, findings));

  it("repairs a name that was misspelt", async () => {
    const text = deployment("          envFrom:\n            - secretRef:\n                name: hf-tokne\n");
    const { findings } = await checked(text);
    const [fix] = findings[0]?.fixes ?? [];
    assert.ok(fix);
    assert.deepEqual((await checked(applyFix(text, fix))).found, []);
  });

  it("finds that a quota lets a Deployment be, and none of its pods", async () => {
    await cluster.kubectl("create", "-n", NAMESPACE, "quota", "gpus", "--hard=requests.nvidia.com/gpu=1");
    try {
      await cluster.kubectl(
        "wait",
        "-n",
        NAMESPACE,
        "quota/gpus",
        "--for=jsonpath={.status.hard}",
        "--timeout=30s",
      );
      assert.deepEqual(
        (await checked(deployment(gpus(2)))).found.filter((one) => one.includes("CLU004")),
        [
          "error CLU004 «2» The pod is refused by ResourceQuota gpus of namespace facts: it takes 2 of requests.nvidia.com/gpu, of which 0 of 1 are in use.",
        ],
      );
      assert.deepEqual(
        (await checked(deployment(gpus(1), "", 2))).found.filter((one) => one.includes("CLU004")),
        [
          "warning CLU004 «1» Only 1 of 2 pods can be made; others are refused by ResourceQuota gpus of namespace facts: it takes 1 of requests.nvidia.com/gpu, of which 0 of 1 are in use.",
        ],
      );
      // Of a Pod the server says it itself, once.
      const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ${NAMESPACE}}\nspec:\n  containers:\n    - name: main\n      image: a:1\n      resources: {limits: {nvidia.com/gpu: 2}}\n`;
      const { found } = await checked(pod);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(
        found[0] ?? "",
        /^error CLU001 «2» .*exceeded quota: gpus, requested: requests\.nvidia\.com\/gpu=2/,
      );
    } finally {
      await cluster.kubectl("delete", "-n", NAMESPACE, "quota", "gpus");
    }
  });

  it("finds what the labels of the cluster's own Namespace refuse, at its place and in place of the server's warning", async () => {
    await cluster.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=baseline");
    try {
      const spec = "      hostNetwork: true\n";
      const text = deployment("", spec);
      const { found } = await checked(text);
      assert.deepEqual(found, [
        `error PSA005 «true» hostNetwork must not be true: it opens the network of the node to the pod. The namespace ${NAMESPACE} enforces the level baseline (hostNamespaces): the API server takes this Deployment and refuses its pods, so none starts.`,
      ]);
      const withNamespace = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${NAMESPACE}\n  labels:\n    pod-security.kubernetes.io/enforce: privileged\n---\n${text}`;
      const together = (await checked(withNamespace)).found;
      assert.ok(!together.some((one) => one.includes("PSA005")), "what is applied with it counts");
      const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ${NAMESPACE}}\nspec:\n  hostNetwork: true\n  containers: [{name: main, image: a:1}]\n`;
      const said = (await checked(pod)).found;
      assert.equal(said.length, 1, said.join("\n"));
      assert.match(said[0] ?? "", /^error CLU001 .*PodSecurity/);
    } finally {
      await cluster.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce-");
    }
  });

  it("finds a taint that keeps a pod off the only node for it, and adds the toleration", async () => {
    await cluster.kubectl("taint", "node", "node-1", "nvidia.com/gpu=present:NoSchedule");
    try {
      const { found, findings } = await checked(deployment(gpus(1)));
      assert.deepEqual(found, [
        "warning GPU017 «1» The pod does not tolerate the taint nvidia.com/gpu=present:NoSchedule; but for that, node node-1 does for it.",
      ]);
      const [fix] = findings[0]?.fixes ?? [];
      assert.ok(fix);
      assert.deepEqual((await checked(applyFix(deployment(gpus(1)), fix))).found, []);
    } finally {
      await cluster.kubectl("taint", "node", "node-1", "nvidia.com/gpu-");
    }
  });

  it("finds a driver that is too old for the CUDA of the image", async () => {
    await cluster.kubectl(
      "label",
      "node",
      "node-1",
      "--overwrite",
      "nvidia.com/cuda.driver-version.full=535.183.06",
    );
    try {
      const text = deployment(gpus(1)).replace("example/main:1", "nvidia/cuda:13.0.2-base-ubuntu24.04");
      assert.deepEqual((await checked(text)).found, [
        "warning CUD001 «nvidia/cuda:13.0.2-base-ubuntu24.04» CUDA 13 needs driver 580 or newer; the nodes that can take it have 535.183.06.",
      ]);
    } finally {
      await cluster.kubectl(
        "label",
        "node",
        "node-1",
        "--overwrite",
        "nvidia.com/cuda.driver-version.full=590.48.01",
      );
    }
  });

  it("finds queues of Kueue that are not there, and that never give so much", async () => {
    await cluster.apply(...queues);
    try {
      const names = queues.map(({ metadata }) => `crd/${metadata.name}`);
      await cluster.kubectl("wait", "--for=condition=Established", ...names, "--timeout=30s");
      await cluster.apply(
        {
          apiVersion: "kueue.x-k8s.io/v1beta1",
          kind: "LocalQueue",
          metadata: { name: "research", namespace: NAMESPACE },
          spec: { clusterQueue: "all" },
        },
        {
          apiVersion: "kueue.x-k8s.io/v1beta1",
          kind: "ClusterQueue",
          metadata: { name: "all" },
          spec: {
            resourceGroups: [
              { flavors: [{ name: "a", resources: [{ name: "nvidia.com/gpu", nominalQuota: 2 }] }] },
            ],
          },
        },
      );
      const job = (queue: string, parallelism: number) => `apiVersion: batch/v1
kind: Job
metadata:
  name: train
  namespace: ${NAMESPACE}
${queue === "" ? "" : `  labels:\n    kueue.x-k8s.io/queue-name: ${queue}\n`}spec:
  suspend: true
  parallelism: ${parallelism}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: example/main:1
          resources: {limits: {nvidia.com/gpu: 1}}
`;
      const trn003 = async (text: string) =>
        (await checked(text)).found.filter((one) => one.includes("TRN003"));
      assert.deepEqual(await trn003(job("research", 1)), []);
      assert.deepEqual(await trn003(job("reserach", 1)), [
        "warning TRN003 «reserach» There is no LocalQueue reserach in namespace facts; it has research.",
      ]);
      assert.deepEqual(await trn003(job("research", 3)), [
        "warning TRN003 «research» The queue research never gives 3 nvidia.com/gpu: its ClusterQueue all has 2 nvidia.com/gpu.",
      ]);
      assert.match(
        (await trn003(job("", 1)))[0] ?? "",
        /^information TRN003 «train» The Job names no queue of Kueue/,
      );
    } finally {
      await cluster.kubectl("delete", "crd", ...queues.map(({ metadata }) => metadata.name));
    }
  });

  it("says of whom may see only their namespace what was not seen, and still tries", async () => {
    await cluster.kubectl(
      "create",
      "-n",
      NAMESPACE,
      "rolebinding",
      "facts-visitor",
      "--clusterrole=edit",
      "--user=visitor",
    );
    const text = deployment(
      "          envFrom:\n            - secretRef:\n                name: lost\n",
      "      priorityClassName: highest\n",
    );
    const { found, said } = await checked(text, cluster.restrictedKubeconfigPath);
    assert.deepEqual(found, ["warning CLU007 «lost» There is no Secret lost in namespace facts."]);
    assert.match(said, /Objects of kind PriorityClass may not be seen, so nothing is said of them\./);
    assert.match(said, /The nodes may not be seen/);
  });
});
