// Files that are about each other, on the command line: the same findings on one thread and on several.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import type { JsonReport } from "../../src/cli/formats/json.ts";
import type { World } from "../../src/cli/world.ts";
import { ownFolder } from "./folder.ts";

const workers = {
  script: fileURLToPath(new URL("../../src/io/check/batchWorker.ts", import.meta.url)),
  cores: 2,
  schemasPath: undefined,
};

const service = (app: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: llm}\nspec: {selector: {app: ${app}}, ports: [{port: 80, targetPort: http}]}\n`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  selector: {matchLabels: {app: llm}}
  template:
    metadata: {labels: {app: llm}}
    spec:
      containers:
        - name: main
          image: registry.example/llm:1
          ports: [{name: http, containerPort: 8000}]
          env: [{name: RATE, valueFrom: {configMapKeyRef: {name: settings, key: rate}}}]
`;
const settings = (key: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {${key}: "1"}\n`;

describe("slipway check of files that are about each other", () => {
  const folder = ownFolder();

  async function found(jobs: number, world: Partial<World> = {}): Promise<string[]> {
    const args = ["check", `--jobs=${jobs}`, "--format=json", folder.path];
    const { findings } = JSON.parse((await folder.run(args, world)).out) as JsonReport;
    return findings.map(({ file, rule, line, message }) => `${file}:${line} ${rule} ${message}`);
  }

  it("finds what does not fit, also on several threads", async function () {
    this.timeout(30_000);
    for (let index = 0; index < 20; index++) {
      folder.put(`${index}/service.yaml`, service(index % 2 === 0 ? "llm" : "lllm"));
      folder.put(`${index}/deployment.yaml`, deployment);
      folder.put(`${index}/settings.yaml`, settings(index % 5 === 0 ? "epochs" : "rate"));
    }
    // Only its own folder holds what a Service may be meant to find.
    folder.put("20/service.yaml", service("lllm"));
    const one = await found(1);
    assert.deepEqual(await found(2, { workers }), one);
    assert.equal(one.filter((finding) => finding.includes("LNT001 The pods of Deployment llm")).length, 10);
    // The ConfigMaps of other folders may be the one that is meant, so nothing is said of keys.
    assert.equal(one.filter((finding) => finding.includes("LNT029")).length, 0);
    assert.ok(!one.some((finding) => finding.startsWith("20/")));
  });

  it("finds a key that no ConfigMap of that name has", async () => {
    folder.put("deployment.yaml", deployment);
    folder.put("settings.yaml", settings("rates"));
    assert.match((await found(1)).join(), /deployment\.yaml:13 LNT029 .*"rates" may be meant/);
    folder.put("Kustomization", "configMapGenerator: [{name: settings, literals: [rate=1]}]\n");
    assert.deepEqual(await found(1), []);
  });

  it("takes what comes by standard input for the file that it stands for", async () => {
    folder.put("deployment.yaml", deployment);
    folder.put("service.yaml", service("lllm"));
    folder.put("settings.yaml", settings("rate"));
    const check = (input: string) =>
      folder.run(["check", "--stdin-path=settings.yaml", `${folder.path}/deployment.yaml`, "-"], { input });
    assert.equal((await check(settings("rate"))).code, 0);
    assert.match((await check(settings("rat"))).out, /deployment\.yaml.* LNT029/);
  });
});
