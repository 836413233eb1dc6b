// Checking an open manifest against a real API server: what it refuses stands at the place it means.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { check } from "../../src/core/rules/check.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { Lines } from "../../src/core/syntax/lines.ts";
import { checkAgainstCluster } from "../../src/ui/commands/checkAgainstCluster.ts";
import { schemas } from "../schemas.ts";
import { kubernetesVersion } from "../support/kubernetes/binaries.ts";
import { waitUntil } from "../support/command.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { sharedCluster, type World, worldOn } from "./world.ts";

const NAMESPACE = "checked";

const pod = (name: string, container = "", spec = "") => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: ${NAMESPACE}
spec:
  schedulerName: nobody
${spec}  containers:
    - name: main
      image: example/main:1
${container}`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
  namespace: ${NAMESPACE}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: llm
  template:
    metadata:
      labels:
        app: llm
    spec:
      containers:
        - name: main
          image: example/main:1
`;

const widget = `apiVersion: slipway.test/v1
kind: Widget
metadata:
  name: one
  namespace: ${NAMESPACE}
spec:
  size: 3
`;

const widgets = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.slipway.test
spec:
  group: slipway.test
  scope: Namespaced
  names:
    kind: Widget
    plural: widgets
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size:
                  type: integer
                  maximum: 2
                  x-kubernetes-validations:
                    - rule: self != 1
                      message: one is not enough
`;

describe("checking a manifest against a cluster", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let world: World;

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.kubectl("create", "namespace", NAMESPACE);
    await cluster.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=baseline");
    await cluster.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/warn=baseline");
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
  });
  afterEach(() => world?.dispose());

  /** `RULE «what is marked» message`, and what the person is told. */
  async function checked(text: string, kubeconfig = cluster.kubeconfigPath) {
    world = worldOn(kubeconfig);
    world.ui.active = { name: "serve.yaml", text };
    await checkAgainstCluster.run(world.app, world.ui, undefined);
    const verdict = world.app.clusterFindings.get("file:///serve.yaml");
    const lines = new Lines(text);
    const found = (verdict?.findings ?? []).map(({ rule, range, message }) => {
      const marked = text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end));
      return `${rule} «${marked}» ${message}`;
    });
    return { found, said: world.ui.said[0] ?? "", verdict };
  }

  it("finds nothing in what the server takes, keeps nothing, and says whom it asked", async () => {
    const { found, said, verdict } = await checked(`${deployment}---\n${pod("fine")}`);
    assert.deepEqual(found, []);
    assert.equal(said, `Checked serve.yaml against context ${cluster.context}: nothing found.`);
    assert.equal(verdict?.context, cluster.context);
    assert.equal(await cluster.kubectl("-n", NAMESPACE, "get", "deployments,pods", "-o=name"), "");
  });

  for (const [what, text, expected] of [
    [
      "a value that the server's validation refuses, in a list",
      pod("a", "      ports:\n        - containerPort: 80\n          hostPort: 70000\n"),
      [/^CLU001 «70000» Invalid value: 70000: must be between 1 and 65535/],
    ],
    [
      "a resource that has a name with dots",
      pod("a", "      resources:\n        limits:\n          nvidia.com/gpu: 1500m\n"),
      [/^CLU001 «1500m» /],
    ],
    [
      "several faults, each at its place",
      pod("a", "      imagePullPolicy: Sometimes\n      terminationMessagePolicy: Loud\n"),
      [/^CLU001 «Sometimes» Unsupported value: "Sometimes"/, /^CLU001 «Loud» Unsupported value: "Loud"/],
    ],
    [
      "a label that its selector does not pick",
      deployment.replace("        app: llm\n    spec", "        app: other\n    spec"),
      [/^CLU001 «labels» Invalid value: .*`selector` does not match template `labels`/],
    ],
    [
      "a field that is not there",
      deployment.replace("  replicas: 1", "  replica: 1"),
      [/^CLU001 «replica» \.spec\.replica: field not declared in schema\.$/],
    ],
    [
      "what Pod Security refuses, at the container",
      pod("a", "      securityContext:\n        capabilities:\n          add: [NET_ADMIN]\n"),
      [/^CLU001 «add» .*violates PodSecurity "baseline:latest": non-default capabilities \(container "main"/],
    ],
    [
      "what Pod Security refuses of a workload, of which the server only warns",
      deployment.replace(
        "          image: example/main:1\n",
        "          image: example/main:1\n          securityContext:\n            capabilities:\n              add: [NET_ADMIN]\n",
      ),
      // The server's warning has no place.
      [
        /^PSA003 «NET_ADMIN» .* enforces the level baseline \(capabilities_baseline\): the API server takes this Deployment and refuses its pods/,
      ],
    ],
    [
      "a namespace that is not there",
      pod("a").replace(`namespace: ${NAMESPACE}`, "namespace: nowhere"),
      [/^CLU001 «nowhere» The cluster has no namespace nowhere: create it/],
    ],
    [
      "a kind that is not there",
      widget,
      [/^CLU001 «Widget» The cluster has no kind Widget of slipway\.test\/v1/],
    ],
    [
      "an object that has its name from the server",
      pod("a", "      imagePullPolicy: Sometimes\n").replace("  name: a\n", "  generateName: a-\n"),
      [/^CLU001 «Sometimes» /],
    ],
    [
      "what is deprecated",
      pod("a", "", "  nodeSelector:\n    beta.kubernetes.io/arch: amd64\n"),
      [/^CLU002 «amd64» spec\.nodeSelector\[beta\.kubernetes\.io\/arch\]: deprecated since v1\.14/],
    ],
    [
      "an account, a class and a runtime that are not there, at their names",
      [
        pod("a", "", "  runtimeClassName: warp\n"),
        pod("b", "", "  priorityClassName: highest\n"),
        pod("c", "", "  serviceAccountName: nobody\n"),
      ].join("---\n"),
      [
        /^CLU001 «warp» .*RuntimeClass "warp" not found\.$/,
        /^CLU001 «highest» .*no PriorityClass with name highest was found\.$/,
        /^CLU001 «nobody» .*serviceaccount "nobody" not found\.$/,
      ],
    ],
  ] as const) {
    it(`finds ${what}`, async () => {
      const { found } = await checked(text);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [index, pattern] of expected.entries()) assert.match(found[index] ?? "", pattern);
    });
  }

  it("takes a namespace and a kind that come with the same file for no fault, and says what is left open", async () => {
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: yet-to-come}\n";
    const inside = pod("a").replace(`namespace: ${NAMESPACE}`, "namespace: yet-to-come");
    const { found, said } = await checked([namespace, inside, widgets, widget].join("---\n"));
    assert.deepEqual(found, []);
    assert.match(
      said,
      /Pod a can be tried only once its namespace is there\. Widget one can be tried only once its kind/,
    );
  });

  it("finds what the definition of a kind says, and its rules in CEL", async () => {
    await cluster.kubectl("get", "crd", "widgets.slipway.test", "--ignore-not-found");
    await cluster.apply(JSON.parse(JSON.stringify((await import("yaml")).parse(widgets))) as object);
    try {
      await cluster.kubectl(
        "wait",
        "--for=condition=Established",
        "crd/widgets.slipway.test",
        "--timeout=30s",
      );
      const large = await checked(widget);
      assert.match(large.found.join(), /^CLU001 «3» .*should be less than or equal to 2/);
      const one = await checked(widget.replace("size: 3", "size: 1"));
      assert.match(one.found.join(), /^CLU001 «1» .*one is not enough/);
      // What it describes is known from now on, without it.
      // A new kind is described a moment after it is there.
      for (let attempt = 0; attempt < 100 && world.served.kinds().length === 0; attempt++)
        await checked(widget);
      const [kind] = world.served.kinds();
      assert.equal(`${kind?.apiVersion} ${kind?.kind}`, "slipway.test/v1 Widget");
      const found = check({
        path: "a.yaml",
        text: widget.replace("size: 3", "size: 3\n  colour: red"),
        rules,
        settings: { levels: {} },
        schemas: () => schemas,
        definitions: world.served.kinds(),
      });
      assert.match(found.map(({ rule, message }) => `${rule} ${message}`).join("\n"), /^KUB\d+ .*colour/m);
      assert.equal(world.app.servedCluster.version, `v${kubernetesVersion}`);
    } finally {
      await cluster.kubectl("delete", "crd", "widgets.slipway.test");
    }
  });

  it("finds what a policy refuses, where its message names the field", async () => {
    await cluster.apply(
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicy",
        metadata: { name: "slipway-checked" },
        spec: {
          failurePolicy: "Fail",
          matchConstraints: {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": NAMESPACE } },
            resourceRules: [
              { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
            ],
          },
          validations: [
            {
              expression: "object.spec.containers.all(c, c.image.contains('@'))",
              message: "spec.containers[0].image: use a digest",
            },
          ],
        },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name: "slipway-checked" },
        spec: { policyName: "slipway-checked", validationActions: ["Deny"] },
      },
    );
    try {
      // A policy counts a moment after it is there.
      let found: string[] = [];
      for (let attempt = 0; attempt < 100 && found.length === 0; attempt++)
        ({ found } = await checked(pod("a")));
      assert.match(
        found.join(),
        /^CLU001 «example\/main:1» .*ValidatingAdmissionPolicy 'slipway-checked'.* denied request: spec\.containers\[0\]\.image: use a digest\.$/,
      );
    } finally {
      await cluster.kubectl(
        "delete",
        "validatingadmissionpolicybinding,validatingadmissionpolicy",
        "slipway-checked",
      );
      // And a moment after it is gone.
      await waitUntil("the policy to count no more", 30_000, async () => {
        await cluster.kubectl(
          "run",
          "tried",
          `-n=${NAMESPACE}`,
          "--image=example/main:1",
          "--dry-run=server",
        );
        return true;
      });
    }
  });

  it("does not report as a fault what somebody else set", async () => {
    await cluster.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "shared", namespace: NAMESPACE },
      data: { a: "theirs" },
    });
    const { found } = await checked(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared, namespace: ${NAMESPACE}}\ndata: {a: mine}\n`,
    );
    assert.deepEqual(found, []);
  });

  it("says what can't be changed any more", async () => {
    await cluster.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "fixed", namespace: NAMESPACE },
      data: { a: "b" },
      immutable: true,
    });
    const { found } = await checked(
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fixed\n  namespace: ${NAMESPACE}\ndata:\n  a: c\n`,
    );
    assert.match(found.join(), /^CLU001 «\w+» .*field is immutable/);
  });

  it("shows no environment where a server writes down the whole object", async () => {
    const job = (token: string) => `apiVersion: batch/v1
kind: Job
metadata:
  name: fixed
  namespace: ${NAMESPACE}
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: example/main:1
          env: [{name: TOKEN, value: ${token}}]
`;
    const { parse } = await import("yaml");
    await cluster.apply(
      parse(job("hunter2")) as object,
      parse(pod("held", "      env: [{name: TOKEN, value: hunter2}]\n")) as object,
    );
    for (const text of [job("hunter3"), pod("held", "      env: [{name: TOKEN, value: hunter3}]\n")]) {
      const { found } = await checked(text);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", /immutable|may not change/);
      assert.doesNotMatch(found[0] ?? "", /hunter/);
    }
  });

  it("shows nothing of a Secret", async () => {
    const { found } = await checked(
      `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ${NAMESPACE}}\ndata:\n  key: hunter2!\n`,
    );
    assert.equal(found.length, 1);
    assert.doesNotMatch(found[0]?.replace(/«.*»/, "") ?? "", /hunter2/);
  });

  it("says of whom may not ask what could not be seen, and finds nothing", async () => {
    const { found, said } = await checked(pod("a"), cluster.restrictedKubeconfigPath);
    assert.deepEqual(found, []);
    assert.match(said, /Pod a could not be tried: .*cannot patch resource "pods"/);
  });

  it("says of a cluster that can't be reached that it can't, and of a broken file where", async () => {
    const nowhere = await cluster.kubeconfigVia("https://127.0.0.1:1");
    await assert.rejects(checked(pod("a"), nowhere), /Can't reach https:\/\/127\.0\.0\.1:1/);
    await assert.rejects(checked("a: [\n"), /serve\.yaml can't be checked\. Line/);
  });
});
