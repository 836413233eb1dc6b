// YAML in a value of YAML: the places found are those of the very words.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { embeddedYaml } from "../../../src/core/syntax/embedded.ts";
import { nodeAt, type SyntaxNode } from "../../../src/core/syntax/node.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";

/** The words in `text` where the value of `path` inside `data.file` is said to stand. */
function wordsAt(text: string, ...path: (string | number)[]): string | undefined {
  const node = nodeAt(parseYaml(text)[0]?.root, "data", "file");
  const embedded = node?.kind === "scalar" ? embeddedYaml(text, node) : undefined;
  const found: SyntaxNode | undefined = nodeAt(embedded?.root, ...path);
  if (!embedded || !found) return undefined;
  const { start, end } = embedded.place(found);
  return text.slice(start, end);
}

describe("YAML in a block of text", () => {
  const config = ["version: v1", "sharing:", "  timeSlicing:", "    resources:", "      - name: gpu"];
  const block = (header: string, indent: string, eol = "\n") =>
    `data:${eol}  file: ${header}${eol}${config.map((line) => `${indent}${line}${eol}`).join("")}  other: x${eol}`;
  const path = ["sharing", "timeSlicing", "resources", 0, "name"] as const;

  for (const [name, text] of [
    ["in two spaces", block("|", "    ")],
    ["in many spaces", block("|", "          ")],
    ["without a last line break", block("|-", "    ")],
    ["with all line breaks", block("|+", "    ")],
    ["with its indentation given", block("|2", "    ")],
    ["with a comment in its header", block("| # config", "    ")],
    ["with CRLF", block("|", "    ", "\r\n")],
    ["after blank lines", block("|", "    ").replace("    version", "\n\n    version")],
    ["with blank lines inside", block("|", "    ").replace("    sharing", "\n   \n    sharing")],
  ] as const)
    it(`finds the words ${name}`, () => {
      assert.equal(wordsAt(text, ...path), "gpu");
      assert.equal(wordsAt(text, "version"), "v1");
    });

  it("points at the whole value where the words can't be told", () => {
    assert.equal(wordsAt('data: {file: "a: 1\\nb: 2\\n"}\n', "b"), '"a: 1\\nb: 2\\n"');
    assert.match(wordsAt("data:\n  file: >\n    a: {b:\n    2}\n", "a", "b") ?? "", /^>/);
  });

  it("knows nothing of a value that is no YAML, or several documents", () => {
    assert.equal(wordsAt("data:\n  file: |\n    a: [\n", "a"), undefined);
    assert.equal(wordsAt("data:\n  file: |\n    a: 1\n    ---\n    a: 2\n", "a"), undefined);
    assert.equal(wordsAt("data:\n  file: |\n", "a"), undefined);
  });
});
