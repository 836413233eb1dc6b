// What a file stands in, as the editor's check sees it: a configuration and kustomizations that change meanwhile.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { Level } from "../../../src/core/rules/levels.ts";
import { CheckThread } from "../../../src/io/check/checkThread.ts";

const worker = fileURLToPath(new URL("../../../src/io/check/worker.ts", import.meta.url));

const job = (deadline = "") => `apiVersion: batch/v1
kind: Job
metadata: {name: train}
spec:
${deadline}
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: "x:1", resources: {limits: {nvidia.com/gpu: 1}}}
`;

describe("a check and what the file stands in", () => {
  let folder = "";
  let thread: CheckThread;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-place-")));
    thread = new CheckThread(worker);
  });
  afterEach(async () => {
    await thread.dispose();
    rmSync(folder, { recursive: true });
  });

  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const found = async (name: string, text = job(), levels: Record<string, Level> = {}) =>
    (await thread.check({ path: join(folder, name), text, levels, top: folder })).map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );

  it("heeds a configuration that comes, changes and goes", async () => {
    assert.deepEqual(await found("x/a.yaml"), ["TRN001 warning"]);
    put(".slipway.yaml", "profile: training\n");
    assert.deepEqual(await found("x/a.yaml"), ["TRN001 error"]);
    put(".slipway.yaml", "profile: training\nrules: {TRN001: information}\n");
    assert.deepEqual(await found("x/a.yaml"), ["TRN001 information"]);
    put("x/.slipway.yaml", "paths: [{files: a.yaml, ignore: true}]\n");
    assert.deepEqual(await found("x/a.yaml"), []);
    assert.deepEqual(await found("x/b.yaml"), ["TRN001 warning"]);
    rmSync(join(folder, "x"), { recursive: true });
    rmSync(join(folder, ".slipway.yaml"));
    assert.deepEqual(await found("x/a.yaml"), ["TRN001 warning"]);
  });

  it("puts the editor's own levels over it, by any name of a rule", async () => {
    put(".slipway.yaml", "rules: {TRN001: off}\n");
    assert.deepEqual(await found("a.yaml", job(), { trn001: "error" }), ["TRN001 error"]);
  });

  it("finds what is wrong in a configuration itself", async () => {
    assert.deepEqual(await found(".slipway.yaml", "rules: {TRN01: off}\n"), ["configuration error"]);
  });

  it("knows what a kustomization takes as a patch, however it is listed", async () => {
    for (const [listed, name] of [
      ["patches: [{path: ./patches/a.yaml, target: {kind: Job}}]", "patches/a.yaml"],
      ["patchesStrategicMerge:\n  - patches/a.yaml\n  - |\n    kind: Job\n", "patches/a.yaml"],
      ["patchesJson6902: [{path: a.yaml}]", "a.yaml"],
    ] as const) {
      assert.deepEqual(await found(`o/${name}`), ["TRN001 warning"]);
      put("o/kustomization.yaml", `${listed}\n`);
      assert.deepEqual(await found(`o/${name}`), [], listed);
      assert.deepEqual(await found("o/other.yaml"), ["TRN001 warning"]);
      rmSync(join(folder, "o"), { recursive: true });
    }
    put(
      "o/kustomization.yml",
      "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: a.yaml}]\n",
    );
    assert.deepEqual(await found("o/a.yaml"), []);
  });

  it("keeps what is wrong in a patch by itself", async () => {
    put("kustomization.yaml", "patches: [{path: a.yaml}]\n");
    assert.deepEqual(await found("a.yaml", job().replace("gpu: 1}", 'gpu: "0.5"}')), ["GPU003 error"]);
  });
});
