// Manifests of many files together: what is taken, in which order, and which fields an apply changes.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { changedFields } from "../../../src/core/kube/changedFields.ts";
import { manifestWords } from "../../../src/core/kube/manifestObject.ts";
import { type ManifestText, readManifests } from "../../../src/core/kube/manifestSet.ts";

const object = (kind: string, name: string, more = "") =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}${more}}\n`;
const file = (name: string, text: string, isChosen = false): ManifestText => ({ name, text, isChosen });

describe("manifests of many files", () => {
  it("have what others need first, and are in their order otherwise", () => {
    const set = readManifests([
      file(
        "a.yaml",
        `${object("Deployment", "b")}---\n${object("ValidatingWebhookConfiguration", "w")}---\n${object("Deployment", "a")}`,
      ),
      file(
        "b.yaml",
        `${object("ConfigMap", "c")}---\n${object("CustomResourceDefinition", "d")}---\n${object("Namespace", "space")}`,
      ),
    ]);
    assert.ok("objects" in set);
    assert.deepEqual(set.objects.map(manifestWords), [
      "Namespace space",
      "CustomResourceDefinition d",
      "ConfigMap c",
      "Deployment b",
      "Deployment a",
      "ValidatingWebhookConfiguration w",
    ]);
  });

  it("leave out what was found and is none, and refuse what was chosen and is none", () => {
    const texts = [
      file("a.yaml", object("Pod", "a")),
      file("values.yaml", "a: 1"),
      file("t.yaml", "a: {{ b }}: c"),
    ];
    const set = readManifests(texts);
    assert.ok("objects" in set);
    assert.deepEqual(
      set.leftOut.map(({ name }) => name),
      ["values.yaml", "t.yaml"],
    );
    assert.deepEqual(readManifests([file("values.yaml", "a: 1", true)]), {
      problem: "values.yaml can't be used. The object at line 1 has no kind: it is no Kubernetes object.",
    });
    assert.deepEqual(readManifests([file("values.yaml", "a: 1")]), {
      problem: "There is no Kubernetes object in what was chosen.",
    });
  });

  it("are refused when one object stands in two of them, in whatever version", () => {
    const other = object("Pod", "a").replace("v1", "v2");
    assert.deepEqual(readManifests([file("a.yaml", object("Pod", "a")), file("b.yaml", other)]), {
      problem: "Pod a is in both a.yaml and b.yaml: choose the files that belong together.",
    });
    const apart = readManifests([
      file("a.yaml", object("Pod", "a")),
      file("b.yaml", object("Pod", "a", ", namespace: x")),
    ]);
    assert.ok("objects" in apart);
  });
});

describe("fields that an apply changes", () => {
  it("are told by their places, without what the server writes by itself", () => {
    const before = {
      metadata: { name: "a", resourceVersion: "1", managedFields: [1], generation: 1, labels: { a: "1" } },
      spec: { replicas: 1, list: [{ image: "a" }, { image: "b" }], args: ["a"] },
      status: { ready: 1 },
    };
    const after = {
      metadata: { name: "a", resourceVersion: "1", managedFields: [2], generation: 2, labels: { b: "1" } },
      spec: { replicas: 2, list: [{ image: "a" }, { image: "c" }], args: ["a", "b"] },
      status: {},
    };
    assert.deepEqual(changedFields(before, after), [
      "metadata.labels.a",
      "metadata.labels.b",
      "spec.replicas",
      "spec.list[1].image",
      "spec.args",
    ]);
    assert.deepEqual(changedFields(before, { ...before }), []);
  });
});
