// Findings that depend on other files of the workspace, and what of a file others get to know.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { WorkspaceFacts } from "../../../src/core/kube/workspaceFacts.ts";
import { check } from "../../../src/core/rules/check.ts";
import { fileFacts } from "../../../src/core/rules/fileFacts.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { readExample } from "../../../src/core/rules/rule.ts";
import { Workspace } from "../../../src/core/rules/workspace.ts";
import { mutate, randomFrom } from "./mutate.ts";
import { service, workload } from "./workloads.ts";

const workspace = (files: Record<string, string>) =>
  new Workspace(Object.entries(files).flatMap(([path, text]) => fileFacts(path, text) ?? []));

/** What is said of the first file, as `RULE message`. */
function said(files: Record<string, string>, profile?: "strict"): string[] {
  const [path = "", text = ""] = Object.entries(files)[0] ?? [];
  const { objects, namespaces, definitions } = workspace(files);
  const settings = { levels: {}, ...(profile ? { profile } : {}) };
  return check({ path, text, settings, rules, others: objects, namespaces, definitions })
    .filter(({ rule }) => /^(?:LNT0(?:01|03|09|10|11|12|29)|SRV0(?:09|10|11)|DRA|PSA)/.test(rule))
    .map(({ rule, message }) => `${rule} ${message}`);
}

const select = (labels: string, name = "llm") =>
  service(`selector: {${labels}}, ports: [{port: 80, targetPort: http}]`, name);
const server = (labels: string, more: Parameters<typeof workload>[0] = {}) =>
  workload({ name: "llm", labels, container: "ports: [{name: http, containerPort: 8000}]", ...more });
const map = (name: string, data: string, kind = "ConfigMap", namespace = "") =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n${kind === "Secret" ? "stringData" : "data"}: {${data}}\n`;
const env = (kind: "configMap" | "secret", name: string, key: string) =>
  `env: [{name: A, valueFrom: {${kind}KeyRef: {name: ${name}, key: ${key}}}}]`;
const claim = (mode: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [${mode}]}\n`;
const scaler = (name: string, metric = "cpu") =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}, maxReplicas: 5, metrics: [{type: Resource, resource: {name: ${metric}}}]}\n`;

describe("findings over several files", () => {
  it("tell of a Service whose Deployment, in the same folder, has other labels", () => {
    assert.deepEqual(
      said({ "k/service.yaml": select("app: llm"), "k/deployment.yaml": server("app: llm") }),
      [],
    );
    assert.match(
      said({ "k/service.yaml": select("app: lllm"), "k/deployment.yaml": server("app: llm") }).join(),
      /^LNT001 The pods of Deployment llm \(deployment\.yaml\) have app: llm, not app: lllm/,
    );
  });

  it("say nothing of what is far away, but believe it where it says that all is well", () => {
    const service = select("app: lllm");
    assert.deepEqual(said({ "a/service.yaml": service, "b/deployment.yaml": server("app: llm") }), []);
    const near = { "a/service.yaml": service, "a/deployment.yaml": server("app: llm") };
    assert.equal(said(near).length, 1);
    assert.deepEqual(said({ ...near, "b/other.yaml": server("app: lllm") }), []);
  });

  it("do not know what labels a kustomization adds", () => {
    const files = {
      "k/service.yaml": select("app: llm, env: prod"),
      "k/deployment.yaml": server("app: llm"),
    };
    assert.equal(said(files).length, 1);
    for (const text of [
      "commonLabels: {env: prod}\n",
      "labels: [{pairs: {env: prod}, includeSelectors: true}]\n",
    ])
      assert.deepEqual(said({ ...files, "k/kustomization.yaml": text }), []);
    const only = "labels: [{pairs: {env: prod}}]\n";
    assert.equal(
      said({ ...files, "k/kustomization.yaml": only }).length,
      1,
      "of the objects, not of the pods",
    );
  });

  it("know the ports of pods in another file", () => {
    const files = (port: string) => ({
      "k/service.yaml": service(`selector: {app: llm}, ports: [{port: 80, targetPort: ${port}}]`),
      "k/deployment.yaml": server("app: llm"),
    });
    assert.deepEqual(said(files("http")), []);
    assert.match(said(files("htttp")).join(), /^LNT003 .*"http" may be meant/);
  });

  it("take no ConfigMap for missing that may be in the cluster, but one that is nearly called so", () => {
    const pod = server("app: llm", { container: env("configMap", "train-configs", "epochs") });
    assert.deepEqual(said({ "k/a.yaml": pod, "k/b.yaml": map("unlike", "a: b") }), []);
    assert.match(
      said({ "k/a.yaml": pod, "k/b.yaml": map("train-config", "epochs: '3'") }).join(),
      /^LNT010 There is no ConfigMap "train-configs" here; "train-config" may be meant/,
    );
    assert.deepEqual(said({ "k/a.yaml": pod, "other/b.yaml": map("train-config", "epochs: '3'") }), []);
    const generated = "configMapGenerator: [{name: train-configs, literals: [epochs=3]}]\n";
    assert.deepEqual(
      said({ "k/a.yaml": pod, "k/b.yaml": map("train-config", "a: b"), "k/kustomization.yaml": generated }),
      [],
    );
    const numbered = server("app: llm", { container: env("configMap", "config-2", "epochs") });
    assert.deepEqual(said({ "k/a.yaml": numbered, "k/b.yaml": map("config-1", "epochs: '3'") }), []);
  });

  it("tell of a key that a ConfigMap or Secret does not have, where all are known", () => {
    const pod = (key: string, kind: "configMap" | "secret" = "configMap") =>
      server("app: llm", { container: env(kind, "settings", key) });
    const files = (text: string, more: Record<string, string> = {}) => ({ "k/a.yaml": text, ...more });
    const settings = map("settings", "epochs: '3'");
    assert.deepEqual(said(files(pod("epochs"), { "k/b.yaml": settings })), []);
    assert.match(said(files(pod("rate"), { "k/b.yaml": settings })).join(), /^LNT029 .*\(it has epochs\)/);
    assert.match(said(files(pod("epoch"), { "k/b.yaml": settings })).join(), /"epochs" may be meant/);
    assert.deepEqual(said(files(pod("rate"), { "other/b.yaml": settings })), [], "far away");
    assert.deepEqual(
      said(files(pod("rate"), { "k/b.yaml": settings, "o/c.yaml": map("settings", "rate: '1'") })),
      [],
    );
    assert.deepEqual(said(files(pod("rate"), { "k/b.yaml": map("settings", "") })), [], "filled in later");
    assert.match(
      said(
        files(pod("password", "secret"), { "k/b.yaml": map("settings", "passwd: hunter22", "Secret") }),
      ).join(),
      /^LNT029 Secret "settings" has no key "password"/,
    );
    const generated = (more: string) => `configMapGenerator: [{name: settings, ${more}}]\n`;
    const literal = generated("literals: [epochs=3], files: [conf/rate.txt, x=y.txt]");
    for (const key of ["epochs", "rate.txt", "x"])
      assert.deepEqual(said(files(pod(key), { "k/kustomization.yaml": literal })), [], key);
    assert.equal(said(files(pod("rate"), { "k/kustomization.yaml": literal })).length, 1);
    assert.deepEqual(said(files(pod("rate"), { "k/kustomization.yaml": generated("envs: [a.env]") })), []);
  });

  it("know autoscalers, budgets, claims and GPUs of other files", () => {
    const scaled = workload({ name: "llm", spec: "replicas: 3" });
    assert.match(said({ "k/a.yaml": scaled, "k/h.yaml": scaler("llm") }).join(), /^LNT012 The Horizontal/);
    assert.deepEqual(said({ "k/a.yaml": scaled, "overlay/h.yaml": scaler("llm") }), []);
    const budget =
      "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 3, selector: {matchLabels: {app: a}}}\n";
    assert.match(said({ "k/b.yaml": budget, "k/a.yaml": scaled }).join(), /^LNT009 minAvailable is 3/);
    assert.deepEqual(said({ "k/b.yaml": budget, "k/a.yaml": scaled, "x/h.yaml": scaler("llm") }), []);
    const volume = "volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]";
    const mounting = workload({ spec: "replicas: 2", pod: volume });
    assert.match(said({ "k/a.yaml": mounting, "k/c.yaml": claim("ReadWriteOnce") }).join(), /^SRV009 2 pods/);
    assert.deepEqual(said({ "k/a.yaml": mounting, "k/c.yaml": claim("ReadWriteMany") }), []);
    const gpu = workload({ name: "llm", container: "resources: {limits: {nvidia.com/gpu: 1}}" });
    assert.match(
      said({ "k/h.yaml": scaler("llm"), "k/a.yaml": gpu }).join(),
      /^SRV010 Deployment llm works on/,
    );
    const served = workload({ name: "llm", spec: "replicas: 2" }).replace("x:1", "vllm/vllm-openai:v0.11.0");
    assert.match(said({ "k/a.yaml": served }, "strict").join(), /SRV011 .*no autoscaler and no PodDisr/);
    assert.ok(
      !said({ "k/a.yaml": served, "far/h.yaml": scaler("llm"), "far/b.yaml": budget }, "strict").some((one) =>
        one.startsWith("SRV011"),
      ),
    );
  });

  it("hold pods against what a Namespace in another file asks", () => {
    const namespace =
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: ml, labels: {pod-security.kubernetes.io/enforce: baseline}}\n";
    const pod = workload({ namespace: "ml", pod: "hostNetwork: true" });
    assert.match(said({ "a.yaml": pod, "ns/ml.yaml": namespace }).join(), /PSA/);
    assert.ok(!said({ "a.yaml": pod }).join().includes("PSA"));
  });

  it("wait until the workspace is known", () => {
    const text = select("app: b") + server("app: llm");
    const run = (others?: "pending") =>
      check({ path: "a.yaml", text, settings: { levels: {} }, rules, others }).filter(
        ({ rule }) => rule === "LNT001",
      ).length;
    assert.deepEqual([run(), run("pending")], [1, 0]);
  });
});

describe("what others know of a file", () => {
  it("is never the value of a Secret, nor of a variable", () => {
    const secrets = [
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {token: aHVudGVyMjI=}\nstringData:\n  password: hunter22\n  more: |\n    hunter22\n",
      "secretGenerator: [{name: s, literals: [password=hunter22, 'x=a=hunter22', hunter22], files: [a.txt]}]\n",
      "configMapGenerator:\n  - name: s\n    literals: ['A=hunter22']\n",
      server("app: llm", { container: "env: [{name: TOKEN, value: hunter22}], args: [hunter22]" }),
    ];
    for (const [index, text] of secrets.entries()) {
      const path = index === 1 || index === 2 ? "kustomization.yaml" : "a.yaml";
      const facts = JSON.stringify(fileFacts(path, text)?.objects);
      assert.ok(facts.includes('"name":"'), facts);
      assert.doesNotMatch(facts, /hunter22|aHVudGVyMjI/);
    }
  });

  it("changes with the file, and goes with it", () => {
    const known = workspace({ "a.yaml": server("app: llm"), "b.yaml": map("settings", "a: b") });
    const facts = (text: string) => fileFacts("a.yaml", text);
    const pods = (app: string) => known.objects.withPodLabel("app", app).length;
    assert.equal(known.set("a.yaml", facts(server("app: llm"))), false, "the same again");
    assert.equal(
      known.set("a.yaml", facts(`# a comment\n${server("app: llm")}`)),
      false,
      "nothing others see",
    );
    assert.equal(known.set("a.yaml", facts(server("app: other"))), true);
    assert.deepEqual([pods("llm"), pods("other"), known.objects.objects], [0, 1, 2]);
    assert.equal(known.set("a.yaml", undefined), true);
    assert.deepEqual([pods("other"), known.objects.objects, known.size], [0, 1, 1]);
    assert.equal(known.set("a.yaml", undefined), false);
  });

  it("is quickly found among ten thousand files", () => {
    const one = fileFacts("a.yaml", server("app: m"))?.objects ?? [];
    const known = new WorkspaceFacts();
    for (let index = 0; index < 10_000; index++) {
      const path = `/${index % 300}/${index}.yaml`;
      const labels = [{ app: `m${index}`, tier: "serving" }];
      known.set(
        path,
        one.map((facts) => ({ ...facts, path, name: `m${index}`, podLabels: labels })),
      );
    }
    const text = select("app: m7") + server("app: m7");
    const run = () => check({ path: "/7/b.yaml", text, settings: { levels: {} }, rules, others: known });
    run();
    const started = performance.now();
    for (let count = 0; count < 20; count++) run();
    assert.ok((performance.now() - started) / 20 < 50, `${(performance.now() - started) / 20} ms`);
  });

  it("never throws, whatever the text", function () {
    this.timeout(30_000);
    const seeds = rules
      .filter(({ appliesTo }) => appliesTo === "set" || appliesTo === "object")
      .map((rule) => readExample(rule.bad).text);
    seeds.push(
      "configMapGenerator: [{name: a, literals: [b=c]}]\ncommonLabels: {a: b}\nresources: [a.yaml]\n",
    );
    for (let seed = 1; seed <= 150; seed++) {
      const random = randomFrom(seed);
      const text = mutate(seeds[random(seeds.length)] ?? "", random);
      const path = seed % 4 === 0 ? "k/kustomization.yaml" : "k/a.yaml";
      const files = { [path]: text, "k/b.yaml": seeds[random(seeds.length)] ?? "" };
      try {
        said(files);
        said({ "k/b.yaml": files["k/b.yaml"] ?? "", [path]: text });
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
      }
    }
  });
});
