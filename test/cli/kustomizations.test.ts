// Kustomizations on the command line.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "mocha";
import { ownFolder } from "./folder.ts";

describe("slipway check of kustomizations", () => {
  const folder = ownFolder();
  const job = `apiVersion: batch/v1
kind: Job
metadata: {name: train}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: "x:1", resources: {limits: {nvidia.com/gpu: 1}}}
`;

  it("asks a patch only for what is in it, also one that lies elsewhere", async () => {
    folder.put("base/job.yaml", job);
    folder.put("base/kustomization.yaml", "resources: [job.yaml]\n");
    folder.put(
      "overlays/a/kustomization.yaml",
      "resources: [../../base]\npatches:\n  - path: patch.yaml\n  - path: ../shared/more.yaml\n",
    );
    folder.put("overlays/a/patch.yaml", job);
    folder.put("overlays/shared/more.yaml", job);
    folder.put("overlays/b/Kustomization", "components: [../c]\npatchesStrategicMerge: [patch.yaml]\n");
    folder.put("overlays/b/patch.yaml", job);
    folder.put("overlays/c/kustomization.yml", "kind: Component\npatchesJson6902: [{path: patch.yaml}]\n");
    folder.put("overlays/c/patch.yaml", job);
    assert.deepEqual(await folder.findings("--no-kustomize", folder.path), ["base/job.yaml TRN001 warning"]);
    assert.deepEqual(
      await folder.findings("--no-kustomize", "--jobs=2", join(folder.path, "overlays/b/patch.yaml")),
      [],
    );
  });
});
