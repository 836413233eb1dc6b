// What is asked of a server for a manifest, and what of its answers is no fault of the manifest.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { tryObjects } from "../../../../src/app/jobs/clusterCheck/tryObjects.ts";
import type { Tried } from "../../../../src/app/stores/cluster/port.ts";
import { never } from "../../../../src/base/signal.ts";
import { readManifest } from "../../../../src/core/kube/manifest.ts";

const job = (namespace: string) =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: train-, namespace: ${namespace}}\n`;
const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
const crd =
  "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec: {group: ray.io, names: {kind: RayJob}}\n";
const ray = "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\n";

async function asked(documents: string[], answer: (kind: string) => Tried) {
  const manifest = readManifest(documents.join("---\n"), true);
  assert.ok("objects" in manifest);
  const trier = { try: async ({ kind }: { kind: string }) => answer(kind) };
  const { answers, unseen } = await tryObjects(trier, manifest.objects, "ml", () => {}, never());
  return {
    said: answers.map(({ kind, refusal, warnings }) => [kind, refusal?.causes[0] ?? refusal, ...warnings]),
    unseen,
  };
}

const fine: Tried = { how: "answered", warnings: [] };

describe("trying a manifest on a server", () => {
  it("finds a namespace that is not there, unless the same manifest brings it", async () => {
    const lost = (kind: string): Tried => (kind === "Job" ? { how: "homeless", lacks: "namespace" } : fine);
    const alone = await asked([job("new")], lost);
    const message = "The cluster has no namespace new: create it, or put it into the manifest";
    assert.deepEqual(alone.said, [["Job", { field: "metadata.namespace", message }]]);
    const together = await asked([job("new"), namespace("new")], lost);
    assert.deepEqual(together, {
      said: [["Namespace", undefined]],
      unseen: ["Job can be tried only once its namespace is there."],
    });
    const other = await asked([job("new"), namespace("old")], lost);
    assert.equal(other.said.length, 2);
  });

  it("finds a kind that is not there, unless the same manifest brings its definition", async () => {
    const lost = (kind: string): Tried => (kind === "RayJob" ? { how: "homeless", lacks: "kind" } : fine);
    const [[, refusal] = []] = (await asked([ray], lost)).said;
    assert.deepEqual(refusal, {
      field: "kind",
      message: "The cluster has no kind RayJob of ray.io/v1: correct them, or install the CRD that brings it",
    });
    assert.deepEqual((await asked([crd, ray], lost)).unseen, [
      "RayJob a can be tried only once its kind is there.",
    ]);
  });

  it("says of what it could not ask that nothing is known", async () => {
    const denied = await asked([job("ml")], () => ({ how: "unasked", why: "you may not" }));
    assert.deepEqual(denied, { said: [], unseen: ["Job could not be tried: you may not"] });
  });
});
