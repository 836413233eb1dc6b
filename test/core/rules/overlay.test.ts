// Where a finding in what a kustomization builds comes from, and what a kustomization reads.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { kustomizationParts, looksRemote } from "../../../src/core/kube/kustomizationParts.ts";
import { findPlace, placeAt, pointerOf } from "../../../src/core/kube/objectPlace.ts";
import { type BuiltFrom, overlayFindings } from "../../../src/core/rules/overlayFindings.ts";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";
import { mutate, randomFrom } from "./mutate.ts";

const base = `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  selector: {matchLabels: {app: llm}}
  template:
    metadata: {labels: {app: llm}}
    spec:
      containers:
        - name: sidecar
          image: x:1
        - name: main
          image: y:1
          resources: {limits: {nvidia.com/gpu: 1}}
`;

/** @param files by the name in the kustomization. */
function from(text: string, files: Record<string, string>): BuiltFrom {
  const entries = Object.entries(files).map(
    ([name, content]) => [name, { path: `/o/${name}`, text: content }] as const,
  );
  return { path: "/o/kustomization.yaml", text, parts: kustomizationParts(text), files: new Map(entries) };
}

function told(output: string, built: readonly BuiltFrom[], id = "GPU003"): string[] {
  const findings = check({ path: "a.yaml", text: output, settings: { levels: {} }, rules }).filter(
    ({ rule }) => rule === id,
  );
  return Array.from(overlayFindings(findings, output, built, rules), ([path, moved]) =>
    moved.map(
      ({ range: { start, end } }) => `${path}:${start.line + 1}:${start.column + 1}-${end.column + 1}`,
    ),
  ).flat();
}

describe("findings in what a kustomization builds", () => {
  // As kustomize writes it: other names, keys and items in another order.
  const output = (gpus: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: prod-llm\nspec:\n  selector:\n    matchLabels:\n      app: llm\n  template:\n    metadata:\n      labels:\n        app: llm\n    spec:\n      containers:\n      - image: y:1\n        name: main\n        resources:\n          limits:\n            nvidia.com/gpu: ${gpus}\n      - image: x:1\n        name: sidecar\n`;
  const patch = (gpus: string, name = "main") =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm}\nspec: {template: {spec: {containers: [{name: ${name}, resources: {limits: {nvidia.com/gpu: ${gpus}}}}]}}}\n`;

  it("are told of the file that wrote the value", () => {
    const plain = from("resources: [a.yaml]\n", { "a.yaml": base.replace("gpu: 1", "gpu: 0.5") });
    assert.deepEqual(told(output("0.5"), [plain]), ["/o/a.yaml:14:48-51"]);
    const files = { "a.yaml": base, "p.yaml": patch("0.5"), "q.yaml": patch("0.5", "sidecar") };
    const patched = from("resources: [a.yaml]\npatches: [{path: p.yaml}, {path: q.yaml}]\n", files);
    assert.deepEqual(told(output("0.5"), [patched]), ["/o/p.yaml:4:89-92"]);
    const other = files["p.yaml"].replace("name: llm", "name: another");
    assert.deepEqual(told(output("0.5"), [from(patched.text, { ...files, "p.yaml": other })]), [
      "/o/a.yaml:14:48-49",
    ]);
  });

  it("know JSON patches by the order of the base, and patches in place by the line they begin at", () => {
    const operations =
      "- {op: replace, path: /spec/template/spec/containers/1/resources/limits/nvidia.com~1gpu, value: 0.5}\n";
    const json = from(
      "resources: [a.yaml]\npatches:\n  - path: p.yaml\n    target: {kind: Deployment, name: l.*}\n",
      { "a.yaml": base, "p.yaml": operations },
    );
    assert.deepEqual(told(output("0.5"), [json]), ["/o/p.yaml:1:97-100"]);
    const add =
      "- op: add\n  path: /spec/template/spec/containers/1/resources\n  value: {limits: {nvidia.com/gpu: 0.5}}\n";
    assert.deepEqual(told(output("0.5"), [from(json.text, { "a.yaml": base, "p.yaml": add })]), [
      "/o/p.yaml:3:36-39",
    ]);
    const inline = from(
      `resources: [a.yaml]\npatches:\n  - patch: |-\n${patch("0.5").replaceAll(/^(?=.)/gm, "      ")}`,
      { "a.yaml": base },
    );
    assert.deepEqual(told(output("0.5"), [inline]), ["/o/kustomization.yaml:3:5-10"]);
  });

  it("heed a comment at the place that they are told of", () => {
    const text = base.replace(
      "          resources:",
      "          # slipway-ignore GPU003: known\n          resources:",
    );
    assert.deepEqual(told(output("0.5"), [from("resources: [a.yaml]\n", { "a.yaml": text })]), []);
  });

  it("never throw, whatever the files hold", function () {
    this.timeout(30_000);
    const seeds = [
      base,
      patch("0.5"),
      "- {op: add, path: /spec/-, value: 3}\n",
      "resources: [a.yaml]\npatches: [{path: p.yaml, target: {name: '('}}]\nimages: [{name: y}]\n",
    ];
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed);
      const some = () => mutate(seeds[random(seeds.length)] ?? "", random);
      const built = from(some(), { "a.yaml": some(), "p.yaml": some() });
      const made = random(2) === 0 ? output("0.5") : some();
      try {
        told(made, [built]);
        told(made, [built], "GPU002");
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });
});

describe("a place in an object", () => {
  const root = (text: string) => parseYaml(text)[0]?.root ?? assert.fail(text);
  it("is found again by what items are called, and as far as there is any", () => {
    const one = "a: {list: [{name: x, v: 1}, {name: y, v: 2}]}";
    const place = placeAt(root(one), one.indexOf("2"));
    assert.deepEqual(place.steps, ["a", "list", { index: 1, by: ["name", "y"] }, "v"]);
    const other = "a: {list: [{name: y, v: 3}]}";
    const found = findPlace(root(other), place, true);
    assert.deepEqual([found.depth, other.slice(found.at.start, found.at.end)], [4, "3"]);
    assert.deepEqual(pointerOf(place.steps, root(other)), ["a", "list", "0", "v"]);
    assert.equal(findPlace(root("a: {list: [{name: z, v: 3}]}"), place, true).depth, 2);
    assert.equal(findPlace(root("a: {list: [{name: z, v: 3}]}"), place, false).depth, 2);
  });
});

describe("what a kustomization reads", () => {
  it("is all that it names, with what is fetched", () => {
    const { resources, plugins, others, patches, charts, isComponent } = kustomizationParts(
      "kind: Component\nresources: [a.yaml, ../b]\nbases: [c]\ncomponents: [d]\ncrds: [e.json]\nopenapi: {path: f.json}\ngenerators: [g.yaml, \"apiVersion: v1\\nkind: x\"]\nconfigMapGenerator: [{name: x, files: [h.txt, k=i.txt], envs: [j.env]}]\nreplacements: [{path: k.yaml}]\npatches: [{path: l.yaml}, {patch: 'a: b'}]\nhelmCharts: []\n",
    );
    const names = (entries: readonly { path: string }[]) => entries.map(({ path }) => path);
    assert.deepEqual(names(resources), ["a.yaml", "../b", "c", "d"]);
    assert.deepEqual(names(plugins), ["g.yaml"]);
    assert.deepEqual(names(others), ["e.json", "f.json", "k.yaml", "j.env", "h.txt", "i.txt"]);
    assert.deepEqual(
      patches.map(({ file, inline }) => file?.path ?? inline),
      ["l.yaml", "a: b"],
    );
    assert.deepEqual([charts !== undefined, isComponent], [true, true]);
    for (const text of ["", "[", "resources: 3", "- a", "patches: [3]"]) assert.ok(kustomizationParts(text));
    const flux = kustomizationParts("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n");
    assert.equal(flux.isForeign, true);
  });

  it("is remote by its looks", () => {
    for (const path of [
      "https://github.com/a/b",
      "git@github.com:a/b.git",
      "ssh://git@host/a",
      "github.com/a/b//deploy?ref=v1",
      "gitlab.example.com/a/b//deploy",
      "host.example/a/b.git",
      "a/b?ref=main",
    ])
      assert.ok(looksRemote(path), path);
    for (const path of ["../base", "base", "a.yaml", "sub/deploy.yaml", "v1.2/base", "./x//y"])
      assert.ok(!looksRemote(path), path);
  });
});
