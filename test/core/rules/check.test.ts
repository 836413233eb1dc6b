// The engine of the rules: which files, which documents, levels, comments that wave through, and its bounds.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type CheckCache, check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { PodRule } from "../../../src/core/rules/rule.ts";
import { found, gpus, pod } from "./found.ts";

const bad = pod(`image: x\n${gpus("0.5")}`);

describe("check", () => {
  it("knows its files by name and by what is in them", () => {
    for (const path of ["a.yaml", "a.yml", "C:\\x\\A.YAML", "dir/compose.yaml/a.yaml"])
      assert.equal(found(bad, path).length, 1, path);
    for (const path of ["a.txt", "a.json", "yaml", "README.md", "Dockerfile.dockerignore", "Dockerfile.5.md"])
      assert.equal(found(bad, path).length, 0, path);
    const dockerfile = "FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\n";
    for (const path of ["Dockerfile", "x/Dockerfile.gpu", "gpu.dockerfile", "Containerfile", "x\\dockerfile"])
      assert.equal(found(dockerfile, path).length, 1, path);
    const devcontainer = `{"runArgs": ["--gpus", "all"]}`;
    for (const path of ["Dockerfile.nanorc", "Dockerfile.vim"])
      assert.equal(found("syntax dockerfile\n", path).length, 0, path);
    for (const path of [".devcontainer.json", ".devcontainer/gpu/devcontainer.json"])
      assert.equal(found(devcontainer, path).length, 1, path);
  });

  it("leaves YAML alone that is for something else", () => {
    assert.deepEqual(found("a: [1\n", "mkdocs.yml"), []);
    assert.deepEqual(found("on: push\njobs: {a: {uses: x}}\n", ".github/workflows/a.yml"), []);
  });

  it("reports a compose file that does not parse", () => {
    assert.deepEqual(found("services:\n\ta: 1\n", "compose.yaml").length, 1);
  });

  it("reports a broken document at its place and checks the others", () => {
    const text = `${bad}---\napiVersion: v1\nkind: [Pod\n---\n${bad}`;
    const ids = check({ path: "a.yaml", text, settings: { levels: {} }, rules });
    assert.deepEqual(
      ids.map((finding) => `${finding.rule}:${finding.range.start.line}`),
      ["GPU003:8", "syntax:11", "GPU003:21"],
    );
  });

  it("counts columns in UTF-16 units, over CRLF and after a byte order mark", () => {
    const text = `\uFEFF${bad.replace("image: x", "image: '\u{1F600}'").replaceAll("\n", "\r\n")}`;
    assert.deepEqual(found(text), ["GPU003 «0.5»"]);
    const line = `{apiVersion: v1, kind: Pod, spec: {containers: [{name: "\u{1F600}", image: x, ${gpus("0.5")}}]}}`;
    const [finding] = check({ path: "a.yaml", text: line, settings: { levels: {} }, rules });
    assert.deepEqual(finding?.range.start, { line: 0, column: line.indexOf("0.5") });
  });

  it("leaves templates alone", () => {
    const templates = [
      `${bad}{{- if .Values.x }}\n  hostIPC: true\n{{- end }}\n`,
      bad.replace("0.5", "{{ .Values.gpus }}"),
      bad.replace("image: x", 'image: "{{ .Values.image }}"'),
      `{{ include "x" . }}\n${bad}`,
      bad.replace("0.5", "{{ gpus }}").replace("image: x", "image: x\n      {% if a %}"),
    ];
    for (const text of templates) assert.deepEqual(found(text), []);
    assert.deepEqual(found(bad.replace("0.5", "'${GPUS}'")), []);
  });

  it("checks a manifest whose block of text holds braces", () => {
    const text = pod(`image: x\n${gpus("0.5")}\nargs:\n  - |\n    {{ messages[0] }}`);
    assert.deepEqual(found(text), ["GPU003 «0.5»"]);
  });

  it("sets levels, and turns rules off", () => {
    const levels = { GPU003: "information" } as const;
    const [finding] = check({ path: "a.yaml", text: bad, settings: { levels }, rules });
    assert.equal(finding?.severity, "information");
    assert.deepEqual(found(bad, "a.yaml", { GPU003: "off" }), []);
    assert.deepEqual(found("kind: [", "a.yaml", { syntax: "off" }), []);
  });

  it("heeds comments that wave a finding through", () => {
    const at = (text: string) => bad.replace(gpus("0.5"), text);
    const limits = gpus("0.5");
    assert.deepEqual(found(at(`${limits} # slipway-ignore GPU003: shared by KAI`)), []);
    assert.deepEqual(found(at(`# slipway-ignore GPU003: shared by KAI\n      ${limits}`)), []);
    assert.deepEqual(found(at(`# slipway-ignore GPU001, GPU003\n      # more words\n      ${limits}`)), []);
    assert.equal(found(at(`${limits} # slipway-ignore GPU001: another rule`)).length, 1);
    assert.equal(found(at(`# slipway-ignore GPU003: too early\n      tty: true\n      ${limits}`)).length, 1);
    assert.deepEqual(found(`# slipway-ignore-file GPU003: all of them\n---\n${bad}---\n${bad}`), []);
    assert.equal(found(`${bad}# slipway-ignore-file GPU003: too late\n`).length, 1);
    const json = `{\n// slipway-ignore DEV001: no CPU-only machines here\n"runArgs": ["--gpus=all"]}`;
    assert.deepEqual(found(json, "devcontainer.json"), []);
  });

  it("parses again only the documents that changed", () => {
    let pods = 0;
    const counting: PodRule = {
      ...(rules.find((rule) => rule.appliesTo === "pod") as PodRule),
      *check() {
        pods++;
        yield* [];
      },
    };
    const cache: CheckCache = { slices: new Map() };
    const run = (text: string) =>
      check({ path: "a.yaml", text, settings: { levels: {} }, rules: [counting], cache });
    run(`${pod("image: a")}---\n${pod("image: b")}`);
    assert.equal(pods, 2);
    run(`${pod("image: c")}---\n${pod("image: b")}`);
    assert.equal(pods, 3);
    assert.equal(cache.slices.size, 2);
  });

  it("finds the same with a cache, at the places where the documents now stand", () => {
    const cache: CheckCache = { slices: new Map() };
    const run = (text: string) => check({ path: "a.yaml", text, settings: { levels: {} }, rules, cache });
    run(`${bad}---\n${bad}`);
    const text = `# moved\n${pod("image: y")}---\n${bad}`;
    assert.deepEqual(run(text), check({ path: "a.yaml", text, settings: { levels: {} }, rules }));
  });

  it("says a thing once where an alias leads to the same place twice", () => {
    const text = `apiVersion: v1
kind: Pod
spec:
  containers:
    - &a {name: a, image: x, ${gpus("0.5")}}
    - *a
`;
    assert.deepEqual(found(text), ["GPU003 «0.5»"]);
  });
});

describe("check on texts made to hurt", () => {
  const messages = (text: string, path = "a.yaml") =>
    check({ path, text, settings: { levels: {} }, rules }).map((finding) => finding.message);

  it("does not check a 5 MB manifest, and says so", () => {
    assert.deepEqual(messages(`kind: Pod\n${"# filler\n".repeat(600_000)}`), [
      "This file is too large to check: the limit is 2 MB. Split it into smaller files.",
    ]);
    assert.match(
      messages("x".repeat(200_000), "Dockerfile").join(),
      /too large to check: the limit is 128 KB/,
    );
  });

  it("does not check a document that is too large for the full parser, unless it holds no pods", () => {
    const long = `apiVersion: v1\nkind: X\ndata: >\n${"  text\n".repeat(80_000)}`;
    assert.deepEqual(messages(long.replace("X", "ConfigMap")), []);
    assert.deepEqual(messages(long.replace("X", "Pod")), [
      "This document is too large to check: the limit is 512 KB.",
    ]);
  });

  it("reads an endless list of rules to ignore", () => {
    assert.deepEqual(messages(`kind: Pod\n# slipway-ignore A1${", A1".repeat(400_000)}\n`), []);
  });

  it("refuses an alias bomb", () => {
    let bomb = "apiVersion: v1\nkind: Pod\na0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (let level = 1; level < 30; level++)
      bomb += `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(",")}]\n`;
    assert.deepEqual(messages(`${bomb}spec: {containers: *a29}\n`).length, 1);
    assert.match(messages(bomb)[0] ?? "", /aliases here stand for more than 200,000 values/);
  });

  it("refuses a bomb of merge keys", () => {
    const wide = Array.from({ length: 1000 }, (_, index) => `k${index}: v`).join(", ");
    const merges = Array.from({ length: 2000 }, (_, index) => `m${index}: {<<: *a}`).join("\n");
    assert.equal(messages(`kind: Pod\napiVersion: v1\na: &a {${wide}}\n${merges}\n`).length, 1);
  });

  for (const [name, piece] of Object.entries({
    brackets: "[",
    braces: "{a: ",
    dashes: "- ",
    "question marks": "? ",
  })) {
    it(`says that 20,000 ${name} are nested too deeply`, function () {
      this.timeout(10_000);
      assert.deepEqual(messages(`kind: Pod\n---\n${piece.repeat(20_000)}`), [
        "Nested too deeply to check: more than 256 levels.",
      ]);
    });
  }

  it("says that a devcontainer.json is nested too deeply", () => {
    assert.match(messages("[".repeat(20_000), "devcontainer.json").join(), /Nested too deeply/);
  });

  it("answers for files that hold nothing, or nonsense", () => {
    assert.deepEqual(messages(""), []);
    assert.deepEqual(messages("---\n---\n"), []);
    assert.deepEqual(messages("kind: Pod\n"), []);
    assert.deepEqual(messages("kind: {}\napiVersion: []\n"), []);
    assert.deepEqual(messages("kind: Pod\napiVersion: v1\nspec: 5\n"), []);
    assert.match(messages("", "Dockerfile").join(), /There is no FROM/);
    assert.deepEqual(messages("[]", "devcontainer.json"), []);
    assert.deepEqual(messages("null", "devcontainer.json"), []);
  });

  it("reports at most a thousand findings", () => {
    const text = pod(`image: x\n${gpus("0.5")}`);
    assert.equal(messages(`${text}---\n`.repeat(1500)).length, 1000);
  });
});
