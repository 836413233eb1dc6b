// Applying manifests to a real API server: what is asked, what changes, and what is refused.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { applyManifest } from "../../src/ui/commands/applyManifest.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const config = (name: string, namespace: string | undefined, value: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}${namespace === undefined ? "" : `\n  namespace: ${namespace}`}
data:
  value: "${value}"
`;

const server = (replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: applied
  namespace: applied
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: applied}}
  template:
    metadata: {labels: {app: applied}}
    spec:
      schedulerName: nobody
      containers: [{name: main, image: example/main:1}]
`;

describe("applying a manifest", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", "applied", "--ignore-not-found", "--wait=false");
  });
  afterEach(() => world.dispose());

  /** Runs the command on a text; gives what it asked and said. */
  async function apply(text: string, { kubeconfig = cluster.kubeconfigPath, sure = true } = {}) {
    world = worldOn(kubeconfig);
    world.ui.active = { name: "model.yaml", text };
    world.ui.sure = sure;
    await applyManifest.run(world.app, world.ui, undefined);
    return { asked: world.ui.confirmed[0], said: world.ui.said[0] };
  }

  it("names what is new, and makes a namespace before what goes into it", async () => {
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: applied}\n";
    const { asked, said } = await apply(
      `${namespace}---\n${server(1)}---\n${config("note", "applied", "one")}`,
    );
    assert.equal(asked?.text, "Apply 3 objects of model.yaml?");
    assert.equal(
      asked?.detail,
      [
        `Context: ${cluster.context}`,
        "",
        "Namespace applied: new",
        "ConfigMap note in namespace applied: can be tried only once its namespace or kind is there",
        "Deployment applied in namespace applied: can be tried only once its namespace or kind is there",
      ].join("\n"),
    );
    assert.equal(said, `Applied 3 objects to context ${cluster.context}: 3 created.`);
    const manager = await cluster.kubectl(
      "-n=applied",
      "get",
      "deployment/applied",
      "-o=jsonpath={.metadata.managedFields[?(@.operation=='Apply')].manager}",
      "--show-managed-fields",
    );
    assert.equal(manager, "slipway");
  });

  it("says what changes and what stays, and changes nothing when the person does not want it", async () => {
    const refused = await apply(`${server(2)}---\n${config("note", "applied", "one")}`, { sure: false });
    assert.match(
      refused.asked?.detail ?? "",
      /ConfigMap note in namespace applied: stays as it is\nDeployment applied in namespace applied: changes spec\.replicas$/,
    );
    assert.equal(refused.said, undefined);
    assert.equal(await replicas(), "1");
    const { said } = await apply(`${server(2)}---\n${config("note", "applied", "one")}`);
    assert.equal(said, `Applied 2 objects to context ${cluster.context}: 1 unchanged, 1 changed.`);
    assert.equal(await replicas(), "2");
  });

  it("asks before it takes over what somebody else set", async () => {
    await cluster.kubectl("-n=applied", "scale", "deployment/applied", "--replicas=3");
    const { asked, said } = await apply(server(1));
    assert.equal(asked?.action, "Take Over and Apply");
    assert.match(
      asked?.detail ?? "",
      /has fields that somebody else set\n[^]*conflict with "kubectl".*\.spec\.replicas/,
    );
    assert.match(said ?? "", /1 changed/);
    assert.equal(await replicas(), "1");
  });

  it("uses the context's own namespace where the manifest names none", async () => {
    const { asked } = await apply(config("lost", undefined, "one"), { sure: false });
    assert.match(asked?.detail ?? "", /ConfigMap lost in namespace default: new/);
  });

  for (const [what, text, says] of [
    [
      "a field that the kind does not have",
      server(1).replace("  replicas: 1", "  replica: 1"),
      /^The server refused to apply Deployment applied: \.spec\.replica: field not declared in schema$/,
    ],
    [
      "a kind that the cluster does not have",
      "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: a}\n",
      /^The cluster has no kind RayCluster of ray\.io\/v1: correct them, or install the CRD/,
    ],
    [
      "a namespace that is not there",
      config("a", "nowhere", "one"),
      /^Could not apply ConfigMap a: there is no namespace nowhere\. Create it/,
    ],
    [
      "what is no manifest",
      "hello: world\n",
      /^model\.yaml can't be used\. The object at line 1 has no kind/,
    ],
  ] as const) {
    it(`refuses ${what}, before anything is asked`, async () => {
      await assert.rejects(apply(text), (error: Error) => {
        assert.match(error.message, says);
        return true;
      });
      assert.deepEqual(world.ui.confirmed, []);
    });
  }

  it("shows no environment where the server writes down the whole object", async () => {
    const job = (token: string) => `apiVersion: batch/v1
kind: Job
metadata: {name: fixed, namespace: applied}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: "example/main:1", env: [{name: TOKEN, value: ${token}}]}
`;
    await apply(job("hunter2"));
    await assert.rejects(apply(job("hunter3")), (error: Error) => {
      assert.match(error.message, /spec\.template: Invalid value: \(not shown\): field is immutable/);
      assert.doesNotMatch(`${error.message} ${String(error.cause)} ${world.log.join()}`, /hunter/);
      return true;
    });
  });

  it("names the right that is missing", async () => {
    await assert.rejects(
      apply(config("a", "applied", "one"), { kubeconfig: cluster.restrictedKubeconfigPath }),
      /may not apply ConfigMap a: ask the cluster's administrator for the right to patch configmaps\./,
    );
  });

  it("says what Pod Security refuses", async () => {
    await cluster.kubectl("label", "namespace", "applied", "pod-security.kubernetes.io/enforce=baseline");
    const pod = `apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: applied}
spec:
  hostNetwork: true
  containers: [{name: main, image: example/main:1}]
`;
    await assert.rejects(
      apply(pod),
      /The cluster refused to apply Pod bad: .*violates PodSecurity "baseline/,
    );
  });

  async function replicas(): Promise<string> {
    return cluster.kubectl("-n=applied", "get", "deployment/applied", "-o=jsonpath={.spec.replicas}");
  }
});
