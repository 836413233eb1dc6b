// Kustomizations on the command line, built by the real kustomize.
import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { before, describe, it } from "mocha";
import type { JsonReport } from "../../src/cli/formats/json.ts";
import { ownFolder } from "../cli/folder.ts";
import { findKustomize } from "../support/kustomize.ts";

const deployment = (gpus: number | string, more = "") => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  selector: {matchLabels: {app: llm}}
  template:
    metadata: {labels: {app: llm}}
    spec:
      containers:
        - name: sidecar
          image: registry.example/sidecar:1
        - name: main
          image: registry.example/llm:1
          resources:
            limits:
              nvidia.com/gpu: ${gpus}
${more}`;

describe("slipway check of an overlay", () => {
  const folder = ownFolder();
  let environment: NodeJS.ProcessEnv = {};
  before(async function () {
    this.timeout(600_000);
    const found = await findKustomize();
    if (!found.available) this.skip();
    environment = { ...process.env, PATH: `${found.folder}${delimiter}${process.env["PATH"]}` };
  });

  async function findings(args: string[] = [], given = environment): Promise<string[]> {
    const ran = await folder.run(["check", "--format=json", ...args, folder.path], { environment: given });
    assert.equal(ran.error, "");
    const { findings: found } = JSON.parse(ran.out) as JsonReport;
    return found.map(
      ({ file, line, column, rule, message }) => `${file}:${line}:${column} ${rule} ${message}`,
    );
  }

  it("tells of the patch that wrote what is wrong, in a file of its own and in place", async () => {
    folder.put("base/kustomization.yaml", "resources: [deployment.yaml]\n");
    folder.put("base/deployment.yaml", deployment(1));
    folder.put(
      "overlays/a/kustomization.yaml",
      "namePrefix: a-\nresources:\n  - ../../base\npatches:\n  - path: gpus.yaml\n",
    );
    folder.put(
      "overlays/a/gpus.yaml",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm}\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          resources:\n            requests:\n              nvidia.com/gpu: 2\n",
    );
    const [found, ...more] = (await findings()).filter((one) => one.startsWith("overlays"));
    assert.match(found ?? "", /^overlays\/a\/gpus\.yaml:11:\d+ GPU00\d .*\(as overlays\/a builds it\)\.$/);
    assert.deepEqual(more, []);
    folder.put(
      "overlays/b/kustomization.yaml",
      "resources:\n  - ../../base\npatches:\n  - target: {kind: Deployment, name: llm}\n    patch: |-\n      - op: replace\n        path: /spec/template/spec/containers/1/resources/limits/nvidia.com~1gpu\n        value: 0.5\n",
    );
    assert.match((await findings()).join("\n"), /^overlays\/b\/kustomization\.yaml:5:5 GPU003 /m);
    assert.ok(!(await findings(["--no-kustomize"])).join().includes("overlays/b"));
  });

  it("says nothing twice, and of a base what only its overlay shows", async () => {
    folder.put("base/kustomization.yaml", "resources: [deployment.yaml, service.yaml]\n");
    folder.put("base/deployment.yaml", deployment(0.5));
    folder.put(
      "base/service.yaml",
      "apiVersion: v1\nkind: Service\nmetadata: {name: llm}\nspec:\n  selector: {app: llm}\n  ports: [{port: 80}]\n",
    );
    for (const name of ["a", "b"])
      folder.put(`overlays/${name}/kustomization.yaml`, `namePrefix: ${name}-\nresources: [../../base]\n`);
    const once = (await findings()).filter((one) => one.includes("GPU003"));
    assert.deepEqual(
      once.map((one) => one.split(" ")[0]),
      ["base/deployment.yaml:17:31"],
    );
    // The labels of the pods, and not the selector, which is JSON6902's: nothing of the files alone says so.
    folder.put(
      "overlays/b/kustomization.yaml",
      "resources: [../../base]\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - {op: replace, path: /spec/template/metadata/labels/app, value: other}\n      - {op: replace, path: /spec/selector/matchLabels/app, value: other}\n",
    );
    assert.match(
      (await findings()).join("\n"),
      /^base\/service\.yaml:5:\d+ LNT001 .*\(as overlays\/b builds it\)\.$/m,
    );
  });

  it("knows images and replicas that the kustomization sets, and heeds comments and settings of a place", async () => {
    const text = deployment(1).replace("containers:", "terminationGracePeriodSeconds: 60\n      containers:");
    folder.put("base/kustomization.yaml", "resources: [deployment.yaml]\n");
    folder.put("base/deployment.yaml", text);
    folder.put(
      "prod/kustomization.yaml",
      "resources: [../base]\nimages:\n  - name: registry.example/llm\n    newName: vllm/vllm-openai\n    newTag: latest\n",
    );
    const found = (await findings()).filter((one) => one.startsWith("prod/"));
    assert.match(found.join("\n"), /^prod\/kustomization\.yaml:3:11 SRV013 /m);
    folder.put(".slipway.yaml", "paths: [{files: prod/, rules: {SRV013: off}}]\n");
    assert.ok(!(await findings()).join().includes("SRV013"));
  });

  it("builds nothing that would have to be fetched, and says so; nor what is not there", async () => {
    folder.put(
      "a/kustomization.yaml",
      "resources:\n  - https://github.com/example/base?ref=v1\n  - b.yaml\n",
    );
    folder.put("a/b.yaml", deployment(1));
    folder.put("b/kustomization.yaml", "resources: [github.com/example/base//deploy]\n");
    folder.put("c/kustomization.yaml", "resources: [gone.yaml]\n");
    folder.put("d/kustomization.yaml", "helmCharts: [{name: x, repo: 'https://example.test'}]\n");
    folder.put("e/kustomization.yaml", "resources: [../a]\n");
    folder.git("init");
    folder.put(".gitignore", "made.yaml\n");
    folder.put("f/kustomization.yaml", "resources: [made.yaml]\n");
    const found = (await findings()).filter((one) => one.includes(" kustomize "));
    assert.deepEqual(
      found.map((one) => one.slice(0, 60)),
      [
        "a/kustomization.yaml:2:5 kustomize https://github.com/example/base?ref=v1 is".slice(0, 60),
        "b/kustomization.yaml:1:13 kustomize github.com/example/base//deploy".slice(0, 60),
        "c/kustomization.yaml:1:13 kustomize There is no gone.yaml here: kustomize".slice(0, 60),
        "d/kustomization.yaml:1:1 kustomize Charts that a kustomization has fetche".slice(0, 60),
        "f/kustomization.yaml:1:13 kustomize made.yaml is not here, and git ign".slice(0, 60),
      ],
    );
  });

  it("says at its entry why one can't be built", async () => {
    folder.put("kustomization.yaml", "resources: [deployment.yaml]\npatches:\n  - path: patch.yaml\n");
    folder.put("deployment.yaml", deployment(1));
    folder.put("patch.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: unknown}\n");
    assert.match(
      (await findings()).join("\n"),
      /^kustomization\.yaml:\d+:\d+ kustomize kustomize can't build this, so only its files were checked: .*unknown/m,
    );
  });

  it("says in one line that there is no kustomize", async () => {
    folder.put("kustomization.yaml", "resources: [deployment.yaml]\n");
    folder.put("deployment.yaml", deployment(1));
    const ran = await folder.run(["check", "--no-helm", folder.path], { environment: { PATH: "/nowhere" } });
    assert.equal(
      ran.error,
      "slipway: neither kustomize nor kubectl is in PATH: of 1 kustomization only the files were checked.\n",
    );
  });
});
