// Which files a .dockerignore leaves out. The same cases run on a real builder in test/docker/context.test.ts.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { leftOutBy, parseDockerignore } from "../../../src/core/image/dockerignore.ts";
import { literalPart, pathPattern } from "../../../src/core/image/pathPattern.ts";
import { ignoreCases } from "../../docker/contextCases.ts";
import { randomFrom } from "../rules/mutate.ts";
import { cpuMs, isWithin } from "../../support/cpuTime.ts";

const sent = (ignore: string, paths: readonly string[]) => {
  const parsed = parseDockerignore(ignore);
  return paths.filter((path) => leftOutBy(parsed, path) === undefined);
};

describe("a .dockerignore", () => {
  for (const { name, ignore, files, arrive } of ignoreCases) {
    it(`leaves out what it says: ${name}`, () => {
      assert.deepEqual(sent(ignore, files).sort(), [...arrive].sort());
    });
  }

  it("is read with the line that decides, counted as an editor counts", () => {
    const ignore = parseDockerignore("# weights\n\n*.bin\ndata/\n!data/keep\ndata/keep/old\n");
    assert.deepEqual(leftOutBy(ignore, "model.bin"), { line: 3, text: "*.bin" });
    assert.deepEqual(leftOutBy(ignore, "/data/x"), { line: 4, text: "data/" });
    assert.deepEqual(leftOutBy(ignore, "./data/keep/old/y"), { line: 6, text: "data/keep/old" });
    assert.equal(leftOutBy(ignore, "data/keep/new"), undefined);
    assert.equal(leftOutBy(parseDockerignore(""), "x"), undefined);
  });

  for (const [text, line] of [
    ["good\n[a-\n[\n", 2],
    ["!\n", 1],
    ["a\\\n", 1],
    ["[]\n", 1],
    ["[x-]\n", 1],
  ] as const) {
    it(`names the line that the builder refuses: ${JSON.stringify(text)}`, () => {
      assert.equal(parseDockerignore(text).problem?.line, line);
    });
  }

  it("has no problem with what is only odd", () => {
    for (const text of ["]", "a]b", "***", "**", "/", "..", "../x", "[^a]", "[a\\]]", "\\#x", "!!x", "\0"])
      assert.equal(parseDockerignore(text).problem, undefined, text);
  });

  it("is answered at once, whatever it holds", () => {
    const pick = randomFrom(47);
    const letters = [
      "a",
      "b",
      "*",
      "**",
      "/",
      "?",
      "[",
      "]",
      "^",
      "-",
      "\\",
      "!",
      ".",
      "..",
      " ",
      "\r",
      "☃",
      "#",
    ];
    const started = cpuMs();
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: pick(40) }, () => letters[pick(letters.length)] ?? "").join("");
      const path = Array.from({ length: 1 + pick(30) }, () => letters[pick(letters.length)] ?? "").join("");
      leftOutBy(parseDockerignore(text.replaceAll("#", "\n")), path);
    }
    const hostile = parseDockerignore(`${"*a".repeat(200)}\n${"**/a*/".repeat(100)}b\n`);
    leftOutBy(hostile, `${"a".repeat(2000)}b`);
    leftOutBy(hostile, "a/".repeat(200));
    assert.ok(isWithin(cpuMs() - started, 2_000));
  });
});

describe("a pattern of paths", () => {
  it("covers what lies below the folder that it names", () => {
    const pattern = pathPattern("src/*");
    assert.equal(pattern?.covers("src/a"), true);
    assert.equal(pattern?.covers("src/a/b/c"), true);
    assert.equal(pattern?.matches("src/a/b"), false);
    assert.equal(pattern?.covers("source/a"), false);
    assert.equal(pathPattern("data")?.covers("data/x"), true);
    assert.equal(pathPattern("data")?.covers("database"), false);
  });

  it("begins with folders without wildcards", () => {
    assert.equal(literalPart("a/b*/c"), "a");
    assert.equal(literalPart("a/b/c"), "a/b/c");
    assert.equal(literalPart("*.bin"), "");
    assert.equal(literalPart("."), "");
  });
});
