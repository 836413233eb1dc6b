// Charts and kustomizations as the editor renders them: in a worker, with the real programs.
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, before, describe, it } from "mocha";
import { silentLog } from "../../src/base/log.ts";
import { isAbort, never } from "../../src/base/signal.ts";
import type { RenderAnswer, RenderUnit } from "../../src/io/render/messages.ts";
import { RenderThread } from "../../src/io/render/renderThread.ts";
import { ownFolder } from "../cli/folder.ts";
import { schemasPath } from "../schemas.ts";
import { findHelm } from "../support/helm.ts";
import { findKustomize } from "../support/kustomize.ts";

const script = fileURLToPath(new URL("../../src/io/render/worker.ts", import.meta.url));

describe("what is rendered beside the editor", () => {
  const folder = ownFolder();
  const path = process.env["PATH"] ?? "";
  let helm = "";
  before(async function () {
    this.timeout(600_000);
    const found = await findHelm();
    if (!found.available) this.skip();
    helm = dirname(found.program);
  });
  afterEach(() => {
    process.env["PATH"] = path;
  });

  const lines: string[] = [];
  const log = { ...silentLog, info: (text: string) => void lines.push(text) };
  async function render(signal = never(), unit?: RenderUnit): Promise<RenderAnswer | undefined> {
    const chart = { kind: "chart", folder: join(folder.path, "web") } as const;
    return new RenderThread(script, schemasPath, log).render({ unit: unit ?? chart, levels: {} }, signal);
  }
  function said(answer: RenderAnswer | undefined): string[] {
    assert.equal(answer?.kind, "rendered");
    return answer.findings.flatMap(([file, findings]) =>
      findings.map(
        ({ rule, range, message }) =>
          `${file.slice(folder.path.length + 1)}:${range.start.line + 1} ${rule} ${message}`,
      ),
    );
  }

  it("has its findings at the lines of the templates, and what spans them", async () => {
    process.env["PATH"] = `${helm}:${path}`;
    folder.put("web/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    folder.put("web/values.yaml", "gpus: 0.5\napp: llm\n");
    folder.put(
      "web/templates/deployment.yaml",
      `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  selector: {matchLabels: {app: {{ .Values.app }}}}
  template:
    metadata: {labels: {app: {{ .Values.app }}}}
    spec:
      containers:
        - name: main
          image: registry.example/llm:1
          resources:
            limits:
              nvidia.com/gpu: {{ .Values.gpus }}
`,
    );
    folder.put(
      "web/templates/service.yaml",
      "apiVersion: v1\nkind: Service\nmetadata: {name: llm}\nspec: {selector: {app: {{ .Values.app }}x}, ports: [{port: 80}]}\n",
    );
    const found = said(await render());
    assert.match(found.join("\n"), /^web\/templates\/deployment\.yaml:14 GPU003 /m);
    assert.match(found.join("\n"), /^web\/templates\/service\.yaml:4 LNT001 The pods of Deployment llm/m);
    folder.put("web/values.yaml", "gpus: 1\napp: llm\n");
    assert.ok(
      !said(await render())
        .join()
        .includes("GPU003"),
    );
    assert.ok(lines.some((line) => line.includes("helm template")));
    folder.put("web/templates/broken.yaml", "a: 1\nb: {{ .Values.none.more }}\n");
    assert.match(said(await render()).join(), /^web\/templates\/broken\.yaml:2 helm helm can't render/);
  });

  it("has what a kustomization makes wrong at the patch, and says which files went into it", async function () {
    const kustomize = await findKustomize();
    if (!kustomize.available) this.skip();
    process.env["PATH"] = `${kustomize.folder}${delimiter}${path}`;
    folder.put("base/kustomization.yaml", "resources: [pod.yaml]\n");
    folder.put(
      "base/pod.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: main, image: 'x:1', resources: {limits: {nvidia.com/gpu: 1}}}]}\n",
    );
    folder.put("prod/kustomization.yaml", "resources: [../base]\npatches: [{path: gpus.yaml}]\n");
    folder.put(
      "prod/gpus.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: main\n      resources: {requests: {nvidia.com/gpu: 2}}\n",
    );
    const answer = await render(never(), { kind: "kustomization", folder: join(folder.path, "prod") });
    assert.match(said(answer).join("\n"), /^prod\/gpus\.yaml:7 GPU002 /m);
    assert.equal(answer?.kind, "rendered");
    assert.deepEqual(answer.sources.map((source) => source.slice(folder.path.length + 1)).toSorted(), [
      "base/kustomization.yaml",
      "base/pod.yaml",
      "prod/gpus.yaml",
      "prod/kustomization.yaml",
    ]);
  });

  it("says that there is no helm", async () => {
    process.env["PATH"] = "/nowhere";
    folder.put("web/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    assert.deepEqual(await render(), { kind: "missing", program: "helm" });
  });

  it("ends helm when nobody wants it any more", async () => {
    // A helm that never ends, and says who it is.
    const pid = join(folder.path, "pid");
    const stuck = folder.put("bin/helm", `#!/bin/sh\necho $$ > ${pid}\nexec sleep 1000\n`);
    chmodSync(stuck, 0o755);
    writeFileSync(pid, "");
    process.env["PATH"] = `${dirname(stuck)}:${path}`;
    folder.put("web/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    const stop = new AbortController();
    const rendering = render(stop.signal);
    while (readFileSync(pid, "utf8") === "") await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await assert.rejects(rendering, isAbort);
    assert.throws(() => process.kill(Number(readFileSync(pid, "utf8")), 0), /ESRCH/);
  });
});
