// Which files a kustomization takes for patches.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { patchPaths } from "../../../src/core/kube/kustomization.ts";

describe("patchPaths", () => {
  it("reads every way to name a patch, and leaves out those written in place", () => {
    const text = `resources: [base.yaml]
patches:
  - path: memory.yaml
  - patch: |-
      - {op: remove, path: /spec}
    target: {kind: Deployment}
patchesStrategicMerge:
  - replicas.yaml
  - |-
    apiVersion: v1
    kind: Pod
patchesJson6902:
  - path: json/ports.yaml
`;
    assert.deepEqual(patchPaths(text), ["memory.yaml", "json/ports.yaml", "replicas.yaml"]);
  });

  it("says nothing of what is no kustomization", () => {
    for (const text of ["", "[", "patches: 3", "patches: [3, {path: {}}]", "- a"])
      assert.deepEqual(patchPaths(text), []);
  });
});
