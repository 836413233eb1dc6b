// What patterns of paths mean, in bounded time.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { pathPattern } from "../../../src/core/syntax/pathPattern.ts";
import { cpuMs, isWithin } from "../../support/cpuTime.ts";

const matches = (pattern: string, path: string) => pathPattern(pattern)?.matchesWithin(path) ?? false;

describe("pathPattern", () => {
  it("means what a line of a .gitignore means", () => {
    const cases: [string, string[], string[]][] = [
      ["*.yaml", ["a.yaml", "deep/er/b.yaml"], ["a.yml", "a.yaml.txt"]],
      ["/a.yaml", ["a.yaml"], ["x/a.yaml"]],
      ["test/", ["test/a", "x/test/b/c"], ["test", "x/tests/a"]],
      ["models/*.yaml", ["models/a.yaml"], ["models/x/a.yaml", "x/models/a.yaml"]],
      ["models/**", ["models/a", "models/x/y"], ["models", "x/models/a"]],
      ["**/models", ["models", "x/y/models", "x/models/a"], ["xmodels"]],
      ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "b"]],
      ["a?c", ["abc"], ["a/c", "ac"]],
      ["[a-c]x[!0-9]", ["bxy"], ["dxy", "ax1"]],
      ["\\#a", ["#a"], ["a"]],
      ["a\\*", ["a*"], ["ab"]],
    ];
    for (const [pattern, fitting, others] of cases) {
      for (const path of fitting) assert.ok(matches(pattern, path), `${pattern} fits ${path}`);
      for (const path of others) assert.ok(!matches(pattern, path), `${pattern} does not fit ${path}`);
    }
    assert.equal(pathPattern("!x")?.negated, true);
    for (const nothing of ["", "  ", "# comment", "/", "!", "[a", "a\\"])
      assert.equal(pathPattern(nothing), undefined);
  });

  it("takes no time for a pattern that is all stars", () => {
    const started = cpuMs();
    for (const pattern of [`${"*a".repeat(60)}b`, `${"**/a/".repeat(60)}b`, `${"[!b]*".repeat(60)}b`])
      assert.ok(!matches(pattern, `${"a".repeat(4000)}/${"a/".repeat(2000)}c`));
    assert.ok(isWithin(cpuMs() - started, 1_500));
  });
});
