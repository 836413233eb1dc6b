// Many files: the same answer on several threads, a line that says how far it is, and an end when asked.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import type { JsonReport } from "../../src/cli/formats/json.ts";
import { Progress } from "../../src/cli/progress.ts";
import type { World } from "../../src/cli/world.ts";
import { schemas, schemasPath } from "../schemas.ts";
import { half, ownFolder } from "./folder.ts";

const workers = {
  script: fileURLToPath(new URL("../../src/io/check/batchWorker.ts", import.meta.url)),
  cores: 2,
  schemasPath: undefined,
};
const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

describe("slipway check of many files", () => {
  const folder = ownFolder();

  it("says the same on several threads", async function () {
    this.timeout(30_000);
    folder.put(
      ".slipway.yaml",
      "paths: [{files: '1*.yaml', rules: {GPU003: warning}}, {files: 2*.yaml, ignore: true}]\n",
    );
    for (let index = 0; index < 60; index++) folder.put(`${index}.yaml`, half);
    const one = await folder.check("--format=sarif", folder.path);
    const many = await folder.run(["check", "--jobs=3", "--format=sarif", folder.path], { workers });
    assert.deepEqual(many, one);
    assert.equal(one.out.match(/"level": "warning",\s+"message"/g)?.length, 11);
    assert.ok(!one.out.includes('"2.yaml"'));
  });

  it("lets a file on one thread know what others define and ask for", async function () {
    this.timeout(30_000);
    folder.put(
      "crd.yaml",
      `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: trains.example.test}
spec:
  group: example.test
  scope: Namespaced
  names: {kind: Train, plural: trains, singular: train, listKind: TrainList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {epochs: {type: integer, minimum: 1}, name: {type: string, pattern: "^a"}}}
`,
    );
    folder.put(
      "namespace.yaml",
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: ml, labels: {pod-security.kubernetes.io/enforce: baseline}}\n",
    );
    for (let index = 0; index < 40; index++)
      folder.put(
        `x/${index}.yaml`,
        `apiVersion: example.test/v1\nkind: Train\nmetadata: {name: a}\nspec: {epochs: many}\n---\n${half
          .replace("kind: Pod\n", "kind: Pod\nmetadata: {name: a, namespace: ml}\n")
          .replace("spec:\n", "spec:\n  hostNetwork: true\n")}`,
      );
    const found = async (jobs: number, world: Partial<World>) => {
      const args = ["check", `--jobs=${jobs}`, "--format=json", folder.path];
      const { findings } = JSON.parse((await folder.run(args, world)).out) as JsonReport;
      return findings.map(({ file, rule, line, severity }) => `${file}:${line} ${rule} ${severity}`);
    };
    const one = await found(1, { schemas: () => schemas });
    assert.deepEqual(await found(2, { workers: { ...workers, schemasPath } }), one);
    for (const rule of ["KUB", "PSA", "GPU003"])
      assert.equal(one.filter((finding) => finding.includes(` ${rule}`)).length, 40, rule);
  });

  it("ends without a word when it is interrupted", async function () {
    this.timeout(30_000);
    for (let index = 0; index < 3000; index++) folder.put(`x/${index}.yaml`, half);
    for (const more of [{}, { workers }]) {
      const stop = new AbortController();
      const ran = folder.run(["check", "--jobs=2", folder.path], { signal: stop.signal, ...more });
      await sleep(150);
      stop.abort();
      assert.deepEqual(await ran, { code: 2, out: "", error: "" });
    }
  });

  it("writes its line only on a terminal, and takes it away", async () => {
    const said = async (terminal: boolean, waitMs: number) => {
      let text = "";
      const error = (more: string) => void (text += more);
      const progress = new Progress({ terminal, error }, (done) => `Checked ${done} of 3 files`);
      progress.step();
      await sleep(waitMs);
      progress.step();
      progress.step();
      progress.end();
      return text;
    };
    assert.equal(await said(true, 450), "\r\u001b[2KChecked 2 of 3 files\r\u001b[2K");
    assert.equal(await said(true, 10), "", "what is over at once says nothing");
    assert.equal(await said(false, 450), "");
  });

  it("checks what a program of Node finds under its own name", async function () {
    this.timeout(30_000);
    folder.put("a.yaml", half);
    const child = spawn(process.execPath, [program, "check", join(folder.path, "a.yaml"), "--jobs", "2"]);
    assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 1);
  });
});
