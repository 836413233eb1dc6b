// What a pattern takes away of a value, beside trying every end with a regular expression.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { removePrefix, removeSuffix, replaceMatches } from "../../../src/core/syntax/dockerfilePatterns.ts";
import { randomFrom } from "../rules/mutate.ts";

/** Tries every start of the value, the shortest or the longest first. */
function tried(pattern: string, value: string, longest: boolean): string {
  const source = pattern.replaceAll("*", "[^\\n]*").replaceAll("?", "[^\\n]");
  const fits = new RegExp(`^${source}$`, "u");
  const characters = Array.from(value);
  const ends = characters.map((_, index) => index).concat(characters.length);
  const end = (longest ? ends.toReversed() : ends).find((at) => fits.test(characters.slice(0, at).join("")));
  return end === undefined ? value : characters.slice(end).join("");
}

const turned = (text: string) => Array.from(text).toReversed().join("");

describe("patterns of substitutions", () => {
  it("take away what trying every end would, of 5,000 random ones", () => {
    const random = randomFrom(1);
    const text = (from: string, most: number) => {
      const letters = Array.from(from);
      return Array.from({ length: random(most) }, () => letters[random(letters.length)]).join("");
    };
    for (let index = 0; index < 5_000; index++) {
      // Long patterns are matched by another way.
      const pattern = text("ab*?é🚀", random(10) === 0 ? 40 : 7);
      const value = text("aabbé🚀\n", 14);
      for (const longest of [true, false]) {
        const story = `${JSON.stringify([pattern, value])} ${longest}`;
        assert.equal(removePrefix(pattern, value, longest), tried(pattern, value, longest), story);
        const back = turned(tried(turned(pattern), turned(value), longest));
        assert.equal(removeSuffix(pattern, value, longest), back, story);
      }
    }
  });

  it("replace a text as they do what fits in many ways, of 5,000 random ones", () => {
    const random = randomFrom(2);
    const letters = Array.from("ab🚀");
    const text = (most: number) =>
      Array.from({ length: random(most) }, () => letters[random(letters.length)]).join("");
    for (let index = 0; index < 5_000; index++) {
      const [pattern, value, replacement] = [text(4), text(12), text(3)];
      for (const everywhere of [true, false]) {
        const story = JSON.stringify([pattern, value, replacement, everywhere]);
        if (pattern === "") continue;
        const parts = value.split(pattern);
        const expected = everywhere
          ? parts.join(replacement)
          : parts.length < 2
            ? value
            : `${parts[0]}${replacement}${parts.slice(1).join(pattern)}`;
        assert.equal(replaceMatches(pattern, value, replacement, everywhere), expected, story);
      }
    }
    assert.equal(replaceMatches("a", "aa", "$&", true), "$&$&");
  });

  it("are refused where the builder refuses them", () => {
    assert.equal(removePrefix("a\\b", "ab", true), undefined);
    assert.equal(removePrefix("\\*", "*a", true), "a");
  });
});
