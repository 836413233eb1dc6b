// Every rule against its own examples: what is found, where, and that each fix repairs it.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse, stringify } from "yaml";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { readExample, type Rule } from "../../../src/core/rules/rule.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { applyFix } from "./apply.ts";

const PATHS: Readonly<Record<Rule["appliesTo"], string>> = {
  pod: "example.yaml",
  dockerfile: "Dockerfile",
  devcontainer: "devcontainer.json",
};

function run(path: string, text: string, only: readonly Rule[]): Finding[] {
  return check({ path, text, settings: { levels: {} }, rules: only });
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
  if (rule.appliesTo !== "pod") return [];
  const value: unknown = parse(text);
  const commented = text.replace(/^(.*\S)$/gm, (line) => `${line} # why`);
  return [
    [" with lists at the level of their key", stringify(value, { indentSeq: false })],
    [" with four spaces", stringify(value, { indent: 4 })],
    [" in braces", stringify(value, { collectionStyle: "flow" })],
    [" as JSON", JSON.stringify(value, undefined, 2)],
    [" as JSON on one line", JSON.stringify(value)],
    [" with comments at the line ends", commented],
    [" after another document", `kind: ConfigMap\napiVersion: v1\n---\n${text}---\n`],
    [" in a List", stringify({ apiVersion: "v1", kind: "List", items: [value] })],
  ];
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
      assert.equal(marked(text, run(path, text, [rule])), rule.bad);
    });

    it("says it in whole sentences", () => {
      for (const finding of run(path, text, [rule])) assert.match(finding.message, /^\S.*[.?!]$/s);
    });

    it("finds nothing in the good example, nor does any other rule", () => {
      assert.deepEqual(run(path, rule.good, rules), []);
    });

    for (const [form, example] of [
      ["", text],
      [" with CRLF", text.replaceAll("\n", "\r\n")],
      [" without a line break at the end", text.trimEnd()],
      ...stylesOf(rule, text),
    ] as const) {
      it(`is repaired by each fix${form}`, () => {
        const findings = run(path, example, [rule]);
        assert.equal(findings.length, run(path, text, [rule]).length);
        for (const finding of findings) {
          for (const fix of finding.fixes) {
            const repaired = applyFix(example, fix);
            const left = run(path, repaired, [rule]);
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
