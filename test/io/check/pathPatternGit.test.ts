// Patterns of paths beside git itself.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { pathPattern } from "../../../src/core/syntax/pathPattern.ts";
import { randomFrom } from "../../core/rules/mutate.ts";

const matches = (pattern: string, path: string) => pathPattern(pattern)?.matchesWithin(path) ?? false;

describe("pathPattern beside git", () => {
  let folder = "";
  before(function () {
    // Without git there is nothing to be compared with; .ci/run installs it.
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
