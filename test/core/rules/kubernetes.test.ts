// The rules about Kubernetes' schemas: what they find in manifests as people write them, and what they leave alone.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type CheckInput, check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { schemas } from "../../schemas.ts";
import { applyFix } from "./apply.ts";
import { pod } from "./found.ts";

const run = (text: string, given: Partial<CheckInput> & { version?: string } = {}): Finding[] => {
  const { version, ...input } = given;
  const settings = { levels: {}, kubernetesVersion: version };
  return check({ path: "file.yaml", text, settings, rules, schemas: () => schemas, ...input });
};
const found = (text: string, given: Parameters<typeof run>[1] = {}) => {
  const lines = new Lines(text);
  return run(text, given).map(({ rule, range }) => {
    return `${rule} «${text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end))}»`;
  });
};
const messages = (text: string, given: Parameters<typeof run>[1] = {}) =>
  run(text, given).map(({ severity, message }) => `${severity}: ${message}`);
const fixed = (text: string) => {
  const fix = run(text)[0]?.fixes[0];
  assert.ok(fix, "there is a fix");
  return applyFix(text, fix);
};
const config = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${data}\n`;
const deployment = (spec: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n${spec}\n`;
const whole = `  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers:
        - {name: a, image: x}`;

describe("KUB001 unknown fields", () => {
  it("says where a field belongs that stands at the wrong level", () => {
    assert.deepEqual(messages(pod("image: x\nrestartPolicy: Never\nnodeSelector: {a: b}")), [
      "error: There is no field spec.containers[0].nodeSelector, and kubectl refuses the object. It belongs in spec.",
    ]);
    assert.deepEqual(messages(pod("image: x\nrunAsUser: 1")), [
      "error: There is no field spec.containers[0].runAsUser, and kubectl refuses the object. It belongs in spec.containers[0].securityContext.",
    ]);
    assert.deepEqual(messages(config("spec: {data: {}}")), [
      "error: There is no field spec, and kubectl refuses the object.",
    ]);
  });

  it("heeds capital letters, as the server does", () => {
    assert.equal(fixed(pod("image: x\nVolumeMounts: []")), pod("image: x\nvolumeMounts: []"));
  });

  it("says of a misspelt field once that it is there", () => {
    assert.deepEqual(found(pod("image: x").replace("name: main", "nam: main")), ["KUB001 «nam»"]);
  });

  it("knows what each version has", () => {
    const text = pod("image: x", "resources: {limits: {cpu: 1}}");
    const says = "spec.resources comes with Kubernetes 1.32, and this is checked for 1.30.";
    assert.deepEqual(messages(text, { version: "1.30" }), [`error: ${says}`]);
    assert.deepEqual(messages(text, { version: "1.33" }), []);
    const newer = `apiVersion: scheduling.k8s.io/v1beta1\nkind: PodGroup\nmetadata: {name: a}\n`;
    assert.deepEqual(
      run(newer).map(({ rule, severity }) => `${rule} ${severity}`),
      ["KUB006 information"],
    );
  });

  it("leaves alone what strategic merge patches write", () => {
    const patch = `      containers:\n        - {name: a, $patch: delete}\n      $setElementOrder/containers: [{name: a}]`;
    assert.deepEqual(found(deployment(`  template:\n    spec:\n${patch}`)), []);
  });

  it("leaves unknown kinds alone", () => {
    assert.deepEqual(found("apiVersion: example.com/v1\nkind: Anything\nspec: {a: 1}\n"), []);
    assert.deepEqual(found("apiVersion: v1\nkind: Config\nclusters: []\n"), []);
    assert.deepEqual(found("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"), []);
    assert.deepEqual(found("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n"), []);
  });
});

describe("KUB002 wrong types", () => {
  it("finds YAML's surprises in text, and quotes them as they are written", () => {
    for (const written of ["yes", "on", "0755", "1e3", "1.10", "0x1F", "1_000", "-5"]) {
      const text = config(`data:\n  key: ${written}`);
      assert.deepEqual(found(text), [`KUB002 «${written}»`]);
      assert.equal(fixed(text), config(`data:\n  key: "${written}"`));
    }
    for (const written of ["1.2.3", "2024-01-01", "12:30", "nope", "'5'", "|-\n    5", "!!str 5", ""])
      assert.deepEqual(found(config(`data:\n  key: ${written}`)), [], written);
  });

  it("finds collections where they do not belong, at their key", () => {
    assert.deepEqual(found(pod("image: x\nenv: {A: b}")), ["KUB002 «env»"]);
    assert.deepEqual(found(pod("image: [x]")), ["KUB002 «image»"]);
    assert.deepEqual(found(config("data: [a]")), ["KUB002 «data»"]);
    assert.deepEqual(found(deployment(whole.replace("- {name: a, image: x}", "- a"))), ["KUB002 «a»"]);
  });

  it("takes numbers that are whole however they are written, and nothing else", () => {
    for (const replicas of ["3", "3.0", "0x3", "3e0"])
      assert.deepEqual(found(deployment(`  replicas: ${replicas}\n${whole}`)), [], replicas);
    for (const replicas of ["1.5", '"3"', "three", "true", "{}"])
      assert.match(found(deployment(`  replicas: ${replicas}\n${whole}`)).join(), /^KUB002/, replicas);
    assert.deepEqual(found(deployment(`  replicas: 3000000000\n${whole}`)), ["KUB005 «3000000000»"]);
  });

  it("takes null for nothing", () => {
    assert.deepEqual(found(deployment(`  replicas: null\n  strategy:\n${whole}`)), []);
  });

  it("leaves to other programs what they have yet to fill in", () => {
    for (const value of ["${REPLICAS}", "$REPLICAS", "'${REPLICAS:-2}'", "$(REPLICAS)"])
      assert.deepEqual(found(deployment(`  replicas: ${value}\n${whole}`)), [], value);
  });

  it("never shows what a Secret holds", () => {
    const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: 271828}\n";
    assert.deepEqual(found(secret), ["KUB002 «271828»"]);
    assert.doesNotMatch(messages(secret).join(), /271828/);
  });
});

describe("KUB003 missing fields", () => {
  it("finds what the server insists on, and an empty value is none", () => {
    const text =
      "apiVersion: v1\nkind: Service\nmetadata: {}\nspec:\n  ports:\n    - targetPort: 80\n      port:\n";
    assert.deepEqual(messages(text), [
      "error: metadata.name is missing, and the API server refuses a Service without it.",
      "error: spec.ports[0].port is missing, and the API server refuses a Service without it.",
    ]);
    assert.deepEqual(found(text), ["KUB003 «metadata»", "KUB003 «port»"]);
    assert.deepEqual(found(pod("image: x").replace("name: main", "name: ''")), ["KUB003 «name»"]);
    const none = "apiVersion: v1\nkind: Pod\nmetadata: {name: ''}\nspec: {containers: []}\n";
    assert.deepEqual(found(none), ["KUB003 «metadata»", "KUB003 «containers»"]);
  });

  it("leaves patches alone, by what they look like and where they lie", () => {
    const patch = deployment("  template:\n    spec:\n      containers:\n        - {name: a, image: x:2}");
    assert.deepEqual(found(patch), []);
    const autoscaler =
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 2}\n";
    assert.equal(found(autoscaler).length, 2);
    for (const path of ["overlays/prod/hpa.yaml", "more_patch.yaml", "x\\patches\\hpa.yml"])
      assert.deepEqual(found(autoscaler, { path }), [], path);
    assert.deepEqual(found(autoscaler, { partial: true }), []);
    // What a patch says must still be right.
    assert.deepEqual(found(autoscaler.replace("minReplicas: 2", "minReplicas: two"), { partial: true }), [
      "KUB002 «two»",
    ]);
  });

  it("asks nothing of a status, and no name of a review", () => {
    const status = `${deployment(whole)}status: {conditions: [{message: a}]}\n`;
    assert.deepEqual(found(status), []);
    assert.deepEqual(
      found("apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectAccessReview\nspec: {}\n"),
      [],
    );
    assert.deepEqual(found(pod("image: x").replace("name: pod", "generateName: pod-")), []);
  });
});

describe("KUB004, KUB005 and KUB009: values", () => {
  it("offers the value that was meant", () => {
    assert.equal(fixed(pod("image: x\nimagePullPolicy: always")), pod("image: x\nimagePullPolicy: Always"));
    assert.deepEqual(found(pod("image: x\nimagePullPolicy: ''")), []);
    assert.deepEqual(messages(pod("image: x", "dnsPolicy: Fast")), [
      "error: spec.dnsPolicy must be ClusterFirst, ClusterFirstWithHostNet, Default or None.",
    ]);
  });

  it("knows values that come with newer versions", () => {
    const text = pod("image: x", "tolerations: [{key: a, operator: Gt, value: '1'}]");
    const says =
      "spec.tolerations[0].operator may be Gt from a newer version of Kubernetes on, and this is checked for";
    assert.deepEqual(messages(text), [`information: ${says} 1.34.`]);
    assert.deepEqual(messages(text, { version: "1.33" }), [`error: ${says} 1.33.`]);
    assert.deepEqual(messages(text, { version: "1.36" }), []);
  });

  it("reads quantities as the server does", () => {
    const memory = (value: string) => pod(`image: x\nresources: {limits: {memory: ${value}}}`);
    for (const value of ["1Gi", "0.5", "1e3", "'1E3'", "500m", ".5Gi", "5.", "-1", "' 1Gi '"])
      assert.deepEqual(found(memory(value)), [], value);
    for (const [value, better] of [
      ["16GiB", "16Gi"],
      ["16gb", "16G"],
      ["100K", "100k"],
      ['"4 Gi"', '"4Gi"'],
    ] as const)
      assert.equal(fixed(memory(value)), memory(better));
    for (const value of ["much", "1Gi2", "'1,5Gi'", "''"])
      assert.equal(found(memory(value)).length, 1, value);
  });

  it("reads base64 and times as the server does", () => {
    const secret = (value: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  token: ${value}\n`;
    assert.equal(fixed(secret("grüße")), secret("Z3LDvMOfZQ=="));
    for (const value of ["YQ==", '""', "|\n    YQ\n    =="])
      assert.deepEqual(found(secret(value)), [], value);
    assert.deepEqual(found(secret("plain text")), ["KUB005 «plain text»"]);
    const lease = (time: string) =>
      `apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: a}\nspec: {renewTime: ${time}}\n`;
    assert.deepEqual(found(lease("2026-01-31T08:00:00.000000Z")), []);
    assert.deepEqual(found(lease("2026-01-31T08:00:00Z")), ["KUB005 «2026-01-31T08:00:00Z»"]);
  });

  it("tells what is refused twice from what a merge would lose", () => {
    const env = pod("image: x\nenv: [{name: A, value: a}, {name: A, value: b}]");
    assert.deepEqual(messages(env), [
      "warning: name A stands twice in spec.containers[0].env: server-side apply refuses that, and kubectl apply may lose one of them.",
    ]);
    const volumes = pod("image: x", "volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]");
    assert.deepEqual(messages(volumes), [
      "error: name a stands twice in spec.volumes, and the API server refuses that.",
    ]);
    // The protocol that is left out is TCP, which only the server knows.
    const ports = "ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]";
    assert.deepEqual(found(pod(`image: x\n${ports}`)), []);
  });
});

describe("KUB008 names", () => {
  it("finds them wherever the server checks them, and marks keys by themselves", () => {
    const labels = pod("image: x").replace("{name: pod}", "{name: pod, labels: {App Name: a, b: 'x y'}}");
    assert.deepEqual(found(labels), ["KUB008 «App Name»", "KUB008 «'x y'»"]);
    assert.deepEqual(found(config("data: {a/b: x}")), ["KUB008 «a/b»"]);
    assert.deepEqual(found(pod("image: x\nports: [{name: HTTP, containerPort: 80}]")), ["KUB008 «HTTP»"]);
    assert.deepEqual(found(pod("image: x", "nodeSelector: {a: x/y}")), ["KUB008 «x/y»"]);
    assert.deepEqual(found(pod("image: x").replace("{name: pod}", "{name: Pod, namespace: a.b}")), [
      "KUB008 «Pod»",
      "KUB008 «a.b»",
    ]);
    assert.equal(
      fixed(pod("image: x").replace("name: main", "name: Main_1")),
      pod("image: x").replace("main", "main-1"),
    );
  });

  it("knows which kinds are named otherwise, and leaves alone what is filled in later", () => {
    const role =
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'system:a_B'}\n";
    assert.deepEqual(found(role), []);
    assert.deepEqual(found(pod("image: x").replace("name: pod", "name: '${NAME}'")), []);
    assert.deepEqual(found(pod("image: x").replace("name: pod", "generateName: pod-")), []);
    const ingress =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: '*.a.example'}]}\n";
    assert.deepEqual(found(ingress), []);
  });

  it("finds numbers and percentages out of bounds", () => {
    assert.deepEqual(messages(pod("image: x\nports: [{containerPort: 70000}]")), [
      "error: spec.containers[0].ports[0].containerPort is out of range: it must be from 0 to 65535.",
    ]);
    const surge = "  strategy: {rollingUpdate: {maxSurge: a lot, maxUnavailable: 25%}}";
    assert.deepEqual(found(deployment(`${surge}\n${whole}`)), ["KUB008 «a lot»"]);
    assert.deepEqual(found(deployment(`  replicas: -1\n${whole}`)), ["KUB005 «-1»"]);
  });
});

describe("KUB010 selectors", () => {
  const selecting = (selector: string, labels: string) =>
    deployment(whole.replace("{matchLabels: {app: a}}", selector).replace("{labels: {app: a}}", labels));
  const selectors = (text: string) => found(text).filter((one) => one.startsWith("KUB010"));

  it("finds each label and expression that does not match", () => {
    assert.deepEqual(selectors(selecting("{matchLabels: {app: b, tier: x}}", "{labels: {app: a}}")), [
      "KUB010 «b»",
      "KUB010 «x»",
    ]);
    const expressions = (expression: string) =>
      selectors(selecting(`{matchExpressions: [${expression}]}`, "{labels: {app: a}}")).length;
    assert.equal(expressions("{key: app, operator: In, values: [a, b]}"), 0);
    assert.equal(expressions("{key: app, operator: NotIn, values: [b]}"), 0);
    assert.equal(expressions("{key: other, operator: DoesNotExist}"), 0);
    assert.equal(expressions("{key: app, operator: In, values: [b]}"), 1);
    assert.equal(expressions("{key: app, operator: DoesNotExist}"), 1);
    assert.equal(expressions("{key: other, operator: Exists}"), 1);
    assert.deepEqual(selectors(selecting("{}", "{labels: {app: a}}")), ["KUB010 «selector»"]);
  });

  it("labels the template, whatever is there already", () => {
    const wanted = "{matchLabels: {app: b}}";
    for (const labels of ["{labels: {app: a}}", "{labels: {x: y}}", "{annotations: {x: y}}"]) {
      const [finding] = run(selecting(wanted, labels)).filter(({ rule }) => rule === "KUB010");
      assert.ok(finding?.fixes[0]);
      assert.deepEqual(selectors(applyFix(selecting(wanted, labels), finding.fixes[0])), [], labels);
    }
  });
});

describe("KUB006 and KUB007: APIs", () => {
  const of = (apiVersion: string, kind: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`;

  it("says what removed an API and what to use", () => {
    assert.deepEqual(messages(of("extensions/v1beta1", "Ingress")), [
      "error: Kubernetes 1.22 removed extensions/v1beta1 Ingress; use networking.k8s.io/v1.",
    ]);
    const budget = of("policy/v1beta1", "PodDisruptionBudget");
    assert.deepEqual(messages(budget, { version: "1.24" }), [
      "warning: policy/v1beta1 PodDisruptionBudget is deprecated since Kubernetes 1.21 and gone in 1.25; use policy/v1.",
    ]);
    assert.deepEqual(messages(budget, { version: "v1.25.3" }), [
      "error: Kubernetes 1.25 removed policy/v1beta1 PodDisruptionBudget; use policy/v1.",
    ]);
    assert.match(fixed(budget), /^apiVersion: policy\/v1\n/);
  });

  it("finds a kind in the wrong group, and a misspelt one", () => {
    assert.deepEqual(messages(of("v1", "Deployment").replace("v1", '"v1"')), [
      "error: There is no Deployment in v1; use apps/v1.",
    ]);
    assert.deepEqual(messages(of("apps/v1", "Deploymnt")), [
      "error: There is no Deploymnt in apps/v1. Did you mean Deployment?",
    ]);
    assert.match(fixed(of("apps/v1", "Deploymnt")), /kind: Deployment\n/);
    assert.deepEqual(found(of("apps/v2", "Deployment")), ["KUB006 «apps/v2»"]);
  });

  it("checks for the version that is chosen, and says of later APIs when they come", () => {
    const claim = of("resource.k8s.io/v1", "DeviceClass").concat("spec: {}\n");
    assert.deepEqual(messages(claim), []);
    assert.deepEqual(messages(claim, { version: "1.33" }), [
      "error: resource.k8s.io/v1 DeviceClass comes with Kubernetes 1.34, and this is checked for 1.33; use resource.k8s.io/v1beta2.",
    ]);
  });
});
