// Patterns of resource definitions: which are tried, and that none of them can take long.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { patternOf } from "../../../../src/core/kube/schema/pattern.ts";
import { cpuMs } from "../../../support/cpuTime.ts";

describe("patternOf", () => {
  it("tries plain patterns", () => {
    for (const [pattern, good, bad] of [
      ["^[a-z]([-a-z0-9]*[a-z0-9])?$", "abc-1", "Abc"],
      ["^\\d{1,3}$", "12", "1234"],
      ["^(a|b)$", "a", "ab"],
      ["[)\\]]+", ")]", "("],
    ] as const) {
      const compiled = patternOf(pattern);
      assert.ok(compiled, pattern);
      assert.ok(compiled.test(good) && !compiled.test(bad), pattern);
    }
  });

  it("leaves out what could take long, and what the two languages read in different ways", () => {
    for (const pattern of [
      "^(a+)+$",
      "((a*)b)*",
      "(a|a?)+x*y*z*w*",
      "^([a-z]+(\\.[a-z]+)*)+$",
      "(?i)abc",
      "[[:alpha:]]",
      "\\Aabc\\z",
      "\\pL",
      "(",
      "a".repeat(301),
    ])
      assert.equal(patternOf(pattern), undefined, pattern);
  });

  it("tries nothing that takes long on a long text", () => {
    const compiled = patternOf("^[a-z]*[a-z]*[a-z]*$");
    assert.ok(compiled);
    const before = cpuMs();
    compiled.test(`${"a".repeat(500)}!`);
    assert.ok(cpuMs() - before < 1000);
  });
});
