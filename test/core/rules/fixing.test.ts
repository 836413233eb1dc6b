// Repairing a text round by round: what fits together, what waits, and what does not repair is not kept.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { type FixScope, fixText } from "../../../src/core/rules/fixing.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { readExample, type RuleFacts } from "../../../src/core/rules/rule.ts";
import type { Edit, Finding } from "../../../src/core/syntax/finding.ts";
import { mutate, randomFrom } from "./mutate.ts";

const facts = (id: string, more: Partial<RuleFacts> = {}): RuleFacts => ({
  id,
  title: id,
  severity: "error",
  why: "",
  source: "",
  good: "",
  bad: "",
  ...more,
});
const edit = (from: number, to: number, text: string): Edit => ({
  range: { start: { line: 0, column: from }, end: { line: 0, column: to } },
  text,
});
const finding = (rule: string, ...fixes: Edit[][]): Finding => ({
  rule,
  severity: "error",
  range: edit(0, 1, "").range,
  message: rule,
  fixes: fixes.map((edits, index) => ({ title: `${rule} ${index}`, edits })),
});
const known = ["A", "B", "C"].map((id) => facts(id));

describe("fixText", () => {
  /** Each small letter is a finding that its capital repairs. */
  const letters = (text: string): Finding[] =>
    Array.from(text).flatMap((character, at) =>
      /[abc]/.test(character)
        ? [finding(character.toUpperCase(), [edit(at, at + 1, character.toUpperCase())])]
        : [],
    );
  const run = (text: string, find = letters, scope: FixScope = "refused") => {
    let checks = 0;
    const fixed = fixText(text, find(text), scope, known, (next) => {
      checks++;
      return find(next);
    });
    return { text: fixed.text, done: fixed.done.length, left: fixed.findings.length, checks };
  };

  it("makes at once what does not touch, and the rest after", () => {
    assert.deepEqual(run("a.b.c"), { text: "A.B.C", done: 3, left: 0, checks: 1 });
    assert.deepEqual(run("ab"), { text: "AB", done: 2, left: 0, checks: 2 });
    assert.deepEqual(run("..."), { text: "...", done: 0, left: 0, checks: 0 });
  });

  it("makes those of one rule alone", () => {
    assert.deepEqual(run("abab", letters, { rule: "A" }), { text: "AbAb", done: 2, left: 2, checks: 1 });
  });

  it("goes on with what a repair uncovers, but not for ever", () => {
    const uncovering = (text: string) => letters(text.startsWith("A") ? text : text.slice(0, 1));
    assert.equal(run("a.b", uncovering).text, "A.B");
    const growing = (text: string) => [
      finding("A", [edit(0, 0, "x")]),
      ...Array.from({ length: 20 - text.length }, () => finding("A")),
    ];
    assert.ok(run("", growing).text.length <= 8);
  });

  it("does not keep what does not repair, nor what breaks the text", () => {
    const useless = (text: string) => [...letters(text), finding("C", [edit(0, 0, "#")])];
    assert.deepEqual(run("..a", useless), { text: "..A", done: 1, left: 1, checks: 3 });
    const breaking = (text: string) =>
      text.includes("B") ? [{ ...finding("A"), rule: "syntax" }] : letters(text);
    assert.equal(run("a.b", breaking).text, "A.b");
  });

  it("leaves to a person what is a choice, a secret, no error, or a configuration", () => {
    const choice = [edit(0, 1, "x")];
    const cases: [Finding, RuleFacts][] = [
      [finding("A", choice, choice), facts("A")],
      [finding("A", choice), facts("A", { secret: true })],
      [finding("A", choice), facts("A", { severity: "warning" })],
      [{ ...finding("A", choice), severity: "warning" }, facts("A")],
    ];
    for (const [one, rule] of cases) {
      const find = (text: string) => (text === "a" ? [one] : []);
      assert.equal(fixText("a", [one], "refused", [rule], find).text, "a");
      assert.equal(fixText("a", [one], "all", [rule], find).text, "x");
    }
    const configuration = finding("configuration", choice);
    assert.equal(fixText("a", [configuration], "all", known, () => []).text, "a");
  });

  for (const [kind, path] of [
    ["pod", "a.yaml"],
    ["compose", "compose.yaml"],
    ["dockerfile", "Dockerfile"],
    ["devcontainer", "devcontainer.json"],
  ] as const)
    it(`never leaves a broken ${kind} file more broken`, function () {
      this.timeout(0);
      const seeds = rules.filter((rule) => rule.appliesTo === kind).map((rule) => readExample(rule.bad).text);
      const find = (text: string) => check({ path, text, settings: { levels: {} }, rules });
      const broken = (findings: readonly Finding[]) =>
        findings.filter(({ rule }) => rule === "syntax").length;
      for (let seed = 1; seed <= 150; seed++) {
        const random = randomFrom(seed);
        const text = mutate(seeds[random(seeds.length)] ?? "", random);
        const before = find(text);
        const fixed = fixText(text, before, "all", rules, find);
        assert.ok(broken(fixed.findings) <= broken(before), `seed ${seed}`);
        assert.deepEqual(fixed.findings, find(fixed.text));
      }
    });
});
