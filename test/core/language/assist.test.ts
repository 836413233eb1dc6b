// What the editor tells of a field, and what it offers to write there, beside the shipped schemas.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { Descriptions } from "../../../src/core/kube/schema/descriptions.ts";
import type { KnownValues } from "../../../src/core/kube/live/values.ts";
import { completionsAt, hoverAt, type Knowledge } from "../../../src/core/language/assist.ts";
import { readDescriptions, readSchemas } from "../../../src/io/check/schemaFile.ts";
import { root } from "../../sources.ts";
import { mutate, randomFrom } from "../rules/mutate.ts";

const pod = (inside: string) => `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  restartPolicy: Never
  containers:
    - name: train
      image: example/train:1
${inside}`;

describe("at a place of a manifest", () => {
  let knowledge: Knowledge;
  before(() => {
    const path = join(root, "data", "kubernetes.schemas");
    const schemas = readSchemas(path);
    knowledge = {
      schemas: schemas.at("1.34"),
      descriptions: new Descriptions(schemas.definitionNames, readDescriptions(path)),
    };
  });

  /** The hover over the first `word`. */
  const hover = (text: string, word: string) => hoverAt("a.yaml", text, text.indexOf(word) + 1, knowledge);
  /** What is offered where | stands. */
  const offered = (marked: string) => {
    const offset = marked.indexOf("|");
    return completionsAt("a.yaml", marked.replace("|", ""), offset, knowledge);
  };
  const labels = (marked: string) => offered(marked)?.items.map(({ label }) => label) ?? [];

  it("a field is explained in the words of Kubernetes, with its type and values", () => {
    const text = hover(pod(""), "restartPolicy")?.text ?? "";
    assert.match(text, /^\*\*restartPolicy\*\* · `string`/);
    assert.match(text, /Restart policy for all containers within the pod/);
    assert.match(text, /One of `Always`, `Never`, `OnFailure`\./);
    assert.match(text, /_Pod\.spec\.restartPolicy, Kubernetes 1\.34_$/);
    assert.match(hover(pod(""), "containers")?.text ?? "", /`list of Container` · required/);
  });

  it("quantities and GPUs are explained, on the name and on the number", () => {
    const text = pod(
      "      resources:\n        limits:\n          nvidia.com/gpu: 2\n          memory: 32Gi\n          cpu: 500m\n          nvidia.com/mig-1g.10gb: 1\n",
    );
    assert.match(hover(text, "nvidia.com/gpu")?.text ?? "", /GPUs are given whole/);
    assert.match(hover(text, "32Gi")?.text ?? "", /^32 GiB \(34,359,738,368 bytes\)\. .*OOMKilled/);
    assert.match(hover(text, "500m")?.text ?? "", /^0\.5 cores\./);
    assert.match(hover(text, "nvidia.com/mig")?.text ?? "", /1 of a GPU's 7 compute slices and 10 GB/);
  });

  it("a field is explained also while another is being written", () => {
    assert.match(hover(pod("      vol\n"), "restartPolicy")?.text ?? "", /^\*\*restartPolicy\*\*/);
    assert.ok(labels(pod("      vol\n").replace("Never", "|")).includes("Always"));
  });

  it("nothing is said of what is not known", () => {
    assert.equal(hover(pod("      nonsense: 1\n"), "nonsense"), undefined);
    assert.equal(hover("apiVersion: example.test/v1\nkind: Thing\nspec: {a: 1}\n", "spec"), undefined);
    assert.equal(hover(pod(""), "example/train"), undefined);
    assert.equal(hoverAt("notes.yaml", "a: 1\n", 1, knowledge), undefined);
  });

  it("fields are offered that are not there yet, also on an empty line and after a dash", () => {
    const found = labels(pod("      res|\n"));
    assert.ok(found.includes("resources") && found.includes("env") && !found.includes("image"));
    assert.ok(labels(pod("      |\n")).includes("volumeMounts"));
    assert.ok(labels(pod("      env:\n        - |\n")).includes("valueFrom"));
    assert.ok(labels(pod("      resources:\n        |\n")).includes("limits"));
    assert.ok(labels(pod("  vol|\n")).includes("volumes"));
    assert.deepEqual(labels(pod("      env:\n        - name: a\n          va|")), ["value", "valueFrom"]);
  });

  it("a field brings what follows it, and says whether it is needed", () => {
    const items = offered(pod("      |\n"))?.items ?? [];
    const one = (label: string) => items.find((item) => item.label === label);
    assert.equal(one("resources")?.insert, "resources:\n  $0");
    assert.equal(one("env")?.insert, "env:\n  - $0");
    assert.equal(one("command")?.detail, "list of string");
    assert.equal(one("tty")?.insert, "tty: $0");
    assert.match(one("resources")?.text ?? "", /Compute Resources required/);
    const selector = offered("apiVersion: apps/v1\nkind: Deployment\nspec:\n  |\n")?.items.find(
      ({ label }) => label === "selector",
    );
    assert.equal(selector?.isNeeded, true);
  });

  it("values are offered where there are few", () => {
    assert.deepEqual(labels(pod("").replace("Never", "|")), ["Always", "Never", "OnFailure"]);
    assert.deepEqual(labels(pod("      tty: |\n")), ["true", "false"]);
    assert.ok(labels("apiVersion: apps/v1\nkind: |\n").includes("StatefulSet"));
    assert.ok(!labels("apiVersion: apps/v1\nkind: |\n").includes("Pod"));
    assert.deepEqual(labels("apiVersion: |\nkind: Deployment\n"), ["apps/v1"]);
  });

  describe("beside what a cluster has", () => {
    const values: KnownValues = {
      namespace: "ml",
      labels: { "nvidia.com/gpu.product": ["A100", "H100"], zone: ["a"] },
      names: { RuntimeClass: ["nvidia"], PriorityClass: ["high"], StorageClass: ["fast"] },
      namespaces: {
        ml: {
          Secret: ["hf-token"],
          ConfigMap: ["settings"],
          PersistentVolumeClaim: ["data"],
          LocalQueue: ["research"],
        },
        other: { Secret: ["theirs"] },
      },
    };
    before(() => {
      knowledge = { ...knowledge, values };
    });
    const inPod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n${spec}`;

    for (const [what, text, expected] of [
      [
        "values of a label of nodes",
        inPod("  nodeSelector:\n    nvidia.com/gpu.product: |\n"),
        ["A100", "H100"],
      ],
      ["labels of nodes", inPod("  nodeSelector:\n    |\n"), ["nvidia.com/gpu.product", "zone"]],
      [
        "labels that are not there yet",
        inPod("  nodeSelector:\n    zone: a\n    |\n"),
        ["nvidia.com/gpu.product"],
      ],
      ["runtime classes", inPod("  runtimeClassName: |\n"), ["nvidia"]],
      ["priority classes", inPod("  priorityClassName: h|\n"), ["high"]],
      [
        "Secrets, by their names",
        inPod("  containers:\n    - name: a\n      envFrom:\n        - secretRef:\n            name: |\n"),
        ["hf-token"],
      ],
      [
        "Secrets of the namespace that the object names",
        inPod("  imagePullSecrets:\n    - name: |\n").replace("{name: a}", "{name: a, namespace: other}"),
        ["theirs"],
      ],
      ["ConfigMaps", inPod("  volumes:\n    - name: v\n      configMap:\n        name: |\n"), ["settings"]],
      [
        "claims",
        inPod("  volumes:\n    - name: v\n      persistentVolumeClaim:\n        claimName: |\n"),
        ["data"],
      ],
      [
        "storage classes",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec:\n  storageClassName: |\n",
        ["fast"],
      ],
      [
        "queues of Kueue",
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n  labels:\n    kueue.x-k8s.io/queue-name: |\n",
        ["research"],
      ],
      ["nothing for a name of its own", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: |\n", []],
    ] as const)
      it(`offers ${what}`, () => assert.deepEqual(labels(text), expected));
  });

  it("the word that is there is replaced, and nothing else", () => {
    const marked = pod("      res|ou\n");
    const found = offered(marked);
    const text = marked.replace("|", "");
    assert.equal(found && text.slice(found.at.start, found.at.end), "resou");
    assert.equal(offered(pod("      image: a:|1\n")), undefined);
    assert.equal(offered(pod('      args: ["--mod|el"]\n')), undefined);
  });

  it("nothing is thrown, whatever the text", function () {
    this.timeout(30_000);
    const seed = pod(
      "      env:\n        - name: a\n          value: b\n      resources: {limits: {nvidia.com/gpu: 1}}\n---\nkind: Service\n",
    );
    for (let turn = 1; turn <= 400; turn++) {
      const random = randomFrom(turn);
      const text = mutate(seed, random);
      const offset = random(text.length + 1);
      hoverAt("a.yaml", text, offset, knowledge);
      const found = completionsAt("a.yaml", text, offset, knowledge);
      if (found) assert.ok(found.at.start <= offset && offset <= found.at.end);
    }
  });
});
