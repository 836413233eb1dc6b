// Patterns of paths beside git itself, and in bounded time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { pathPattern } from "../../../src/core/syntax/pathPattern.ts";
import { randomFrom } from "../rules/mutate.ts";
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

  describe("beside git", () => {
    let folder = "";
    before(function () {
      if (spawnSync("git", ["--version"]).status !== 0) this.skip();
      folder = mkdtempSync(join(tmpdir(), "slipway-git-"));
      spawnSync("git", ["init", "-q", folder]);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("says the same of random patterns and paths", function () {
      this.timeout(60_000);
      const random = randomFrom(7);
      const word = (pieces: string[], most: number) =>
        Array.from({ length: 1 + random(most) }, () => pieces[random(pieces.length)]).join("");
      // Two stars stand between slashes: elsewhere git means by them what its own pages do not say.
      const pieces = "a b c * ? [ab] [!a] [^a-b] [b/] \\ ! [ ] - [[:alpha:]] \\a".split(" ").concat(" ");
      const patterns = () =>
        Array.from({ length: 1 + random(4) }, () => (random(4) === 0 ? "**" : word(pieces, 3))).join("/");
      for (let run = 0; run < 150; run++) {
        const pattern = `${["", "", "/", "**/"][random(4)]}${patterns()}${["", "", "/"][random(3)]}`;
        const paths = Array.from(
          new Set(Array.from({ length: 40 }, () => word(["a", "b", "c", "/", "-", "ab"], 6))),
        ).filter((path) => !/^\/|\/$|\/\//.test(path));
        writeFileSync(join(folder, ".gitignore"), `${pattern}\n`);
        const { stdout } = spawnSync("git", ["check-ignore", "--no-index", "--stdin"], {
          cwd: folder,
          input: paths.join("\n"),
          encoding: "utf8",
        });
        const negated = pathPattern(pattern)?.negated ?? false;
        const ours = negated ? [] : paths.filter((path) => matches(pattern, path));
        assert.deepEqual(ours, stdout.split("\n").filter(Boolean), `of ${JSON.stringify(pattern)}`);
      }
    });
  });
});
