// Charts on the command line, with the real helm.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { before, describe, it } from "mocha";
import { findHelm } from "../support/helm.ts";
import { type Folder, ownFolder } from "../cli/folder.ts";

const template = `{{- range .Values.replicas }}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{ $.Release.Name }}-{{ . }}
spec:
  containers:
    - name: main
      image: "{{ $.Values.image }}"
      resources:
        {{- toYaml $.Values.resources | nindent 8 }}
{{- end }}
`;

function chart(folder: Folder, at = "web"): void {
  folder.put(`${at}/Chart.yaml`, "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
  folder.put(
    `${at}/values.yaml`,
    "image: x:1\nreplicas: [1, 2]\nresources:\n  limits:\n    nvidia.com/gpu: 0.5\n",
  );
  folder.put(`${at}/templates/pod.yaml`, template);
}

describe("slipway check of a chart", () => {
  const folder = ownFolder();
  let environment: NodeJS.ProcessEnv = {};
  before(async function () {
    this.timeout(600_000);
    const helm = await findHelm();
    if (!helm.available) this.skip();
    environment = { ...process.env, PATH: `${dirname(helm.program)}:${process.env["PATH"]}` };
  });
  const check = (...args: string[]) => folder.run(["check", ...args], { environment });

  it("tells of the template what is found in what it makes, once", async () => {
    chart(folder);
    const { code, out, error } = await check(folder.path);
    assert.deepEqual([code, error], [1, ""]);
    assert.equal(out.match(/GPU003/g)?.length, 1);
    assert.match(
      out,
      /^web\/templates\/pod\.yaml:11:7 error GPU003\n.*\n {2}11 \| {7}resources:\n {5}\| {7}\^{10}\n/m,
    );
  });

  it("takes other values, and the folder's own configuration", async () => {
    chart(folder);
    const values = folder.put("ci.yaml", "resources: {limits: {nvidia.com/gpu: 1}}\n");
    assert.equal((await check("--helm-values", values, folder.path)).code, 0);
    folder.put(".slipway.yaml", "paths: [{files: web/templates/, rules: {GPU003: information}}]\n");
    assert.match((await check(folder.path)).out, /information GPU003/);
    folder.put(".slipway.yaml", 'kubernetesVersion: "1.29"\n');
    folder.put("web/Chart.yaml", 'apiVersion: v2\nname: shop\nversion: 1.0.0\nkubeVersion: "<1.30"\n');
    assert.match((await check(folder.path)).out, /error GPU003/);
  });

  it("heeds a comment of the template", async () => {
    chart(folder);
    const above = template.replace("      resources:", "      # slipway-ignore GPU003: x\n      resources:");
    folder.put("web/templates/pod.yaml", above);
    assert.equal((await check(folder.path)).code, 0);
    folder.put("web/templates/pod.yaml", above.replace("GPU003", "GPU001"));
    assert.equal((await check(folder.path)).code, 1);
    folder.put("web/templates/pod.yaml", `# slipway-ignore-file GPU003: shared by hand\n${template}`);
    assert.equal((await check(folder.path)).code, 0);
  });

  it("tells of charts inside a chart, and renders those only once", async () => {
    chart(folder);
    chart(folder, "web/charts/shop");
    folder.put("web/values.yaml", "image: x:1\nreplicas: []\nresources: {}\n");
    const { out } = await check(folder.path);
    assert.deepEqual(
      Array.from(out.matchAll(/^(\S+) error/gm), ([, place]) => place),
      ["web/charts/shop/templates/pod.yaml:11:7"],
    );
  });

  it("says at its place why a chart can't be rendered", async () => {
    chart(folder);
    const cases: [string, RegExp][] = [
      [
        "a: {{ .Values.x\n",
        /^web\/templates\/bad\.yaml:1:1 warning helm\n {2}helm can't render this chart, so only what needs no rendering was checked: .*unclosed action started at shop\/templates\/bad\.yaml:1\.$/m,
      ],
      [
        '\na: {{ required "set x, please" .Values.x }}\n',
        /^web\/templates\/bad\.yaml:2:1 warning helm\n.*: set x, please\.$/m,
      ],
      ["\n\na: {{ .Values.x.y.z }}\n", /^web\/templates\/bad\.yaml:3:1 warning helm\n.*nil pointer/m],
      ["a: b: c\n", /^web\/templates\/bad\.yaml:1:1 warning helm\n.*YAML parse error/m],
    ];
    for (const [text, said] of cases) {
      folder.put("web/templates/bad.yaml", text);
      const { code, out } = await check(folder.path);
      assert.equal(code, 1);
      assert.match(out, said);
    }
    folder.put("web/templates/bad.yaml", "");
    folder.put(
      "web/Chart.yaml",
      'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n  - {name: redis, version: 1.0.0, repository: "https://example.test"}\n',
    );
    assert.match(
      (await check(folder.path)).out,
      /^web\/Chart\.yaml:1:1 warning helm\n.*missing in charts\/ directory: redis\.$/m,
    );
    assert.equal((await check("--level=helm=off", folder.path)).code, 0);
  });

  it("checks what needs no rendering without helm, and says so in one line", async () => {
    chart(folder);
    folder.put(
      "web/crds/plain.yaml",
      "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, image: x, resources: {limits: {nvidia.com/gpu: 0.5}}}\n",
    );
    const bare = { environment: { PATH: join(folder.path, "nothing") } };
    const { code, out, error } = await folder.run(["check", folder.path], bare);
    assert.equal(code, 1);
    assert.match(out, /^web\/crds\/plain\.yaml:5:64 error GPU003/);
    assert.equal(
      error,
      "slipway: helm is not in PATH: of 1 chart only what needs no rendering was checked.\n",
    );
    assert.equal((await folder.run(["check", "--no-helm", folder.path], bare)).error, "");
  });
});
