// Every rule against its own examples: what is found, where, and that each fix repairs it.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseAllDocuments, stringify } from "yaml";
import { check, checkCluster } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { readExample, type Rule } from "../../../src/core/rules/rule.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { schemas } from "../../schemas.ts";
import { applyFix } from "./apply.ts";

const PATHS: Readonly<Record<Rule["appliesTo"], string>> = {
  pod: "example.yaml",
  object: "example.yaml",
  schema: "example.yaml",
  set: "example.yaml",
  cluster: "example.yaml",
  podSecurity: "example.yaml",
  compose: "compose.yaml",
  dockerfile: "Dockerfile",
  devcontainer: "devcontainer.json",
};

function run(path: string, text: string, rules: readonly Rule[]): Finding[] {
  return check({ path, text, settings: { levels: {} }, rules, schemas: () => schemas });
}

/** What this rule alone finds, also where it is of the strict profile. */
function runOnly(rule: Rule, path: string, text: string): Finding[] {
  const settings = { levels: {}, profile: "strict" } as const;
  if (rule.appliesTo === "cluster")
    return checkCluster({ path, text, settings, rules: [rule] }, rule.cluster);
  const beside = rule.appliesTo === "dockerfile" ? { dockerignore: rule.dockerignore } : {};
  return check({ path, text, settings, rules: [rule], schemas: () => schemas, beside });
}

function marked(text: string, findings: readonly Finding[]): string {
  const lines = new Lines(text);
  const spans = findings.map(
    ({ range }) => [lines.offsetAt(range.start), lines.offsetAt(range.end)] as const,
  );
  return spans
    .toSorted((one, other) => other[0] - one[0])
    .reduce((all, [start, end]) => `${all.slice(0, start)}«${all.slice(start, end)}»${all.slice(end)}`, text);
}

/** The same manifest as other people write it. */
function stylesOf(rule: Rule, text: string): [string, string][] {
  if (PATHS[rule.appliesTo] !== "example.yaml") return [];
  const items = parseAllDocuments(text).map((document): unknown => document.toJS());
  const each = (write: (value: unknown) => string) =>
    items.map((value) => write(value).replace(/\n?$/, "\n")).join("---\n");
  const forms: [string, string][] = [
    [" with lists at the level of their key", each((value) => stringify(value, { indentSeq: false }))],
    [" with four spaces", each((value) => stringify(value, { indent: 4 }))],
    [" in braces", each((value) => stringify(value, { collectionStyle: "flow" }))],
    [" as JSON", each((value) => JSON.stringify(value, undefined, 2))],
    [" as JSON on one line", each((value) => JSON.stringify(value))],
    [
      " after another document",
      `kind: ConfigMap\napiVersion: v1\nmetadata: {name: other}\n---\n${text}---\n`,
    ],
    [" in a List", stringify({ apiVersion: "v1", kind: "List", items })],
  ];
  // In a block of text a comment is text.
  if (!/[|>][+-]?$/m.test(text))
    forms.push([
      " with comments at the line ends",
      text.replace(/^(?!---)(.*\S)$/gm, (line) => `${line} # why`),
    ]);
  return forms;
}

for (const rule of rules) {
  describe(`${rule.id} ${rule.title}`, () => {
    const path = PATHS[rule.appliesTo];
    const { text } = readExample(rule.bad);

    it("states what a rule must state", () => {
      assert.match(rule.id, /^[A-Z]{3}\d{3}$/);
      assert.match(rule.source, /^https:\/\//);
      assert.ok(!rule.title.endsWith("."), "a title has no full stop");
      assert.match(rule.why, /\.$/);
      assert.ok(!rule.good.includes("«"));
    });

    it("finds exactly the marked places of the bad example", () => {
      assert.equal(marked(text, runOnly(rule, path, text)), rule.bad);
    });

    it("says it in whole sentences", () => {
      for (const finding of runOnly(rule, path, text)) assert.match(finding.message, /^\S.*[.?!]$/s);
    });

    it("finds nothing in the good example, nor does any other rule", () => {
      assert.deepEqual(run(path, rule.good, rules), []);
      assert.deepEqual(runOnly(rule, path, rule.good), []);
    });

    it("has names that settings and comments take, and a Dockerfile's rules share none", () => {
      const names = [rule.id, ...(rule.aliases ?? [])];
      assert.equal(new Set(names).size, names.length);
      for (const name of names) assert.match(name, /^[A-Z]{2,3}\d{3,4}$|^[A-Za-z][\w-]*$/);
      if (rule.appliesTo !== "dockerfile") return;
      for (const name of names)
        assert.ok(
          !rules.some((other) => other !== rule && [other.id, ...(other.aliases ?? [])].includes(name)),
        );
    });

    for (const [form, example] of [
      ["", text],
      [" with CRLF", text.replaceAll("\n", "\r\n")],
      [" without a line break at the end", text.trimEnd()],
      ...stylesOf(rule, text),
    ] as const) {
      it(`is repaired by each fix${form}`, () => {
        const findings = runOnly(rule, path, example);
        assert.equal(findings.length, runOnly(rule, path, text).length);
        for (const finding of findings) {
          for (const fix of finding.fixes) {
            const repaired = applyFix(example, fix);
            const left = runOnly(rule, path, repaired);
            assert.ok(left.length < findings.length, `${fix.title} leaves the finding in:\n${repaired}`);
            const broken = run(path, repaired, rules).filter((other) => other.rule === "syntax");
            assert.deepEqual(broken, [], `${fix.title} breaks:\n${repaired}`);
            if (form === " with CRLF") assert.ok(!/[^\r]\n/.test(repaired), "a fix keeps the line breaks");
          }
        }
      });
    }
  });
}
