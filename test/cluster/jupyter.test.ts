// A real Jupyter server in a real pod, reached through a forward: asked for its token, a cell run over the kernel's
// WebSocket, and the same entry after the pod was replaced.
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { PodServers } from "../../src/app/jobs/launch/podServers.ts";
import { podId } from "../../src/app/stores/environments/pods.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { JupyterClient } from "../../src/io/jupyter/client.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { findPythonImage, pythonImage } from "../support/pythonImage.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const token = "canary0123456789abcdef";

describe("a Jupyter server in a pod", function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let world: World;
  let forwards: Forwards;
  let pods: PodServers;
  const secrets = new Map<string, string>();
  const jupyter = new JupyterClient();

  before(async function () {
    cluster = await sharedCluster(this);
    const found = await findPythonImage();
    if (!found.available) {
      if ((process.env["SLIPWAY_REQUIRE"] ?? "").includes("cluster")) throw new Error(found.reason);
      return this.skip();
    }
    await cluster.node?.importImage(found.archive);
    await cluster.apply(secret, notebook);
    await cluster.kubectl("rollout", "status", "-n=default", "statefulset/lab", "--timeout=120s");
    world = worldOn(cluster.kubeconfigPath);
    const { clock, log } = world.app;
    forwards = new Forwards(
      { clusters: world.store, clock, log },
      { read: () => undefined, write() {} },
      () => false,
    );
    const store = {
      get: async (key: string) => secrets.get(key),
      store: async (key: string, value: string) => void secrets.set(key, value),
      delete: async (key: string) => void secrets.delete(key),
    };
    pods = new PodServers({ clusters: world.store, forwards, jupyter, secrets: store });
  });
  after(async () => {
    forwards?.dispose();
    world?.dispose();
    await cluster?.kubectl(
      "delete",
      "statefulset",
      "-n=default",
      "lab",
      "--cascade=foreground",
      "--ignore-not-found",
    );
  });

  const place = () => ({ context: cluster.context, namespace: "default", kind: "Pod", name: "lab-0" });
  const connect = () => pods.connect(place(), podId(place()), never());

  it("whose manifest does not tell the token tells it inside, runs a cell, and has it written nowhere", async () => {
    const { address, state } = await connect();
    assert.equal(secrets.get(podId(place())), token);
    assert.deepEqual(
      state.kernels.map((kernel) => kernel.name),
      ["python3"],
    );
    assert.match(address.url, /^http:\/\/127\.0\.0\.1:\d+\/team\/lab\/$/);
    const result = await jupyter.runCell(
      address,
      "python3",
      "import socket; print(socket.gethostname())",
      never(),
    );
    assert.equal(result.output, "lab-0\n");
    assert.ok(world.log.length > 0 && world.log.every((line) => !line.includes(token)));
  });

  it("asks for the token where no command may be run in the pod", async () => {
    await cluster.apply(onlyForwards, onlyForwardsBinding);
    const visitor = worldOn(cluster.restrictedKubeconfigPath);
    const { clock, log } = visitor.app;
    const memory = { read: () => undefined, write() {} };
    const own = new Forwards({ clusters: visitor.store, clock, log }, memory, () => false);
    const nothing = { get: async () => undefined, store: async () => {}, delete: async () => {} };
    const theirs = new PodServers({ clusters: visitor.store, forwards: own, jupyter, secrets: nothing });
    try {
      await assert.rejects(theirs.connect(place(), podId(place()), never()), (error: unknown) => {
        assert.ok(Trouble.is(error, "denied"), String(error));
        assert.match(error.text, /asks for a token that neither its manifest nor a look inside tells/);
        return true;
      });
    } finally {
      own.dispose();
      visitor.dispose();
      await cluster.kubectl("delete", "-n=default", "role,rolebinding", "only-forwards");
    }
  });

  it("is the same entry after its pod was replaced", async () => {
    const before = await connect();
    await cluster.kubectl("delete", "pod", "-n=default", "lab-0", "--grace-period=1");
    await cluster.kubectl("rollout", "status", "-n=default", "statefulset/lab", "--timeout=120s");
    const now = await connect();
    assert.equal(now.address.url, before.address.url);
    const result = await jupyter.runCell(now.address, "python3", "1+1", never());
    assert.equal(result.output, "2\n");
  });
});

const onlyForwards = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "only-forwards", namespace: "default" },
  rules: [
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["get"] },
    { apiGroups: [""], resources: ["pods/portforward"], verbs: ["get", "create"] },
  ],
};

const onlyForwardsBinding = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "only-forwards", namespace: "default" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "only-forwards" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "visitor" }],
};

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "lab", namespace: "default" },
  stringData: { token },
};

const notebook = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "lab", namespace: "default" },
  spec: {
    serviceName: "lab",
    selector: { matchLabels: { app: "lab" } },
    template: {
      metadata: { labels: { app: "lab" } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: "lab",
            image: pythonImage,
            imagePullPolicy: "Never",
            command: [
              "jupyter-lab",
              "--no-browser",
              "--ip=0.0.0.0",
              "--allow-root",
              "--ServerApp.base_url=/team/lab",
            ],
            env: [{ name: "JUPYTER_TOKEN", valueFrom: { secretKeyRef: { name: "lab", key: "token" } } }],
            ports: [{ name: "notebook", containerPort: 8888 }],
            readinessProbe: { httpGet: { path: "/team/lab/api", port: 8888 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
};
