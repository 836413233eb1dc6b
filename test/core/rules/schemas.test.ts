// Schemas in a whole check: versions, definitions, patches, and what is kept from one check to the next.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { type CheckCache, type CheckInput, check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { schemas } from "../../schemas.ts";
import { root } from "../../sources.ts";
import { pod } from "./found.ts";

const run = (text: string, given: Partial<CheckInput> & { version?: string } = {}): Finding[] => {
  const { version, ...input } = given;
  const settings = { levels: {}, kubernetesVersion: version };
  return check({ path: "file.yaml", text, settings, rules, schemas: () => schemas, ...input });
};
const found = (text: string, given: Parameters<typeof run>[1] = {}) => {
  const lines = new Lines(text);
  return run(text, given).map(({ rule, range }) => {
    return `${rule} «${text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end))}»`;
  });
};

describe("schemas in a check", () => {
  const definition = readFileSync(join(root, "test", "golden", "kubernetes", "devices.yaml"), "utf8");
  const run1 = (spec: string) =>
    `apiVersion: ml.example.com/v1\nkind: Run\nmetadata: {name: a}\nspec: ${spec}\n`;

  it("find nothing in good manifests of every sort", () => {
    const folder = join(root, "test", "golden", "kubernetes");
    for (const name of readdirSync(folder)) {
      const left = run(readFileSync(join(folder, name), "utf8"), { path: name });
      assert.deepEqual(
        left.filter(({ rule }) => rule.startsWith("KUB") || rule === "syntax"),
        [],
        name,
      );
    }
  });

  it("come from resource definitions in the same file too", () => {
    const own = (spec: string) =>
      found(`${definition}---\n${run1(spec)}`).filter((one) => one.startsWith("KUB"));
    assert.deepEqual(own("{image: a, epochs: 3, steps: [{name: one}], extra: {x: 1}, gpus: 2}"), []);
    assert.deepEqual(own("{image: a, epoch: 3}"), ["KUB001 «epoch»"]);
    assert.deepEqual(own("{epochs: 3}"), ["KUB003 «spec»"]);
    assert.deepEqual(own('{image: a, epochs: 0, mode: quick, rate: "1"}'), [
      "KUB005 «0»",
      "KUB004 «quick»",
      'KUB002 «"1"»',
    ]);
    assert.deepEqual(own("{image: a, name: A-b, started: today}"), ["KUB005 «A-b»", "KUB005 «today»"]);
    assert.deepEqual(own("{image: a, steps: [{name: one}, {name: one}]}"), ["KUB009 «one»"]);
    assert.deepEqual(found(run1("{epoch: 3}")), []);
  });

  it("are asked for again when version or definitions change, and not otherwise", () => {
    const cache: CheckCache = { slices: new Map() };
    const text = pod("image: x", "resources: {limits: {cpu: 1}}");
    const count = (version: string) => run(text, { cache, version }).length;
    assert.deepEqual([count("1.30"), count("1.33"), count("1.30")], [1, 0, 1]);
    const before = cache.schema;
    run(`${text}# more\n`, { cache, version: "1.30" });
    assert.equal(cache.schema, before);
    const change = (own: string) =>
      run(`${own}---\n${run1("{image: a, epoch: 3}")}`, { cache }).filter(({ rule }) => rule === "KUB001");
    assert.equal(change(definition).length, 1);
    assert.equal(change(definition.replace("epochs: {type", "epoch: {type")).length, 0);
  });

  it("are not read for a file that has no Kubernetes object", () => {
    let asked = 0;
    const given = {
      schemas: () => {
        asked++;
        return schemas;
      },
    };
    run("apiVersion: v1\nkind: [\n", given);
    run("services: {a: {image: x}}\n", { ...given, path: "compose.yaml" });
    run("FROM x\n", { ...given, path: "Dockerfile" });
    assert.equal(asked, 0);
    run(`${pod("image: x")}---\n${pod("image: y")}`, given);
    assert.equal(asked, 1);
  });

  it("check the items of a List, and what aliases and merge keys stand for", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, date: {}}\n`;
    assert.deepEqual(found(list), ["KUB001 «date»"]);
    const merged = pod("image: x\nresources: &r {limits: {cpu: true}}").concat("x: &x {a: b}\n");
    assert.deepEqual(found(merged), ["KUB002 «true»", "KUB001 «x»"]);
  });
});
