// Dockerfile and devcontainer.json: places, and what is refused.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseDockerfile } from "../../../src/core/syntax/dockerfile.ts";
import { parseJson } from "../../../src/core/syntax/json.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { nearest } from "../../../src/core/syntax/nearest.ts";
import { booleanOf, nodeAt, textOf } from "../../../src/core/syntax/node.ts";

describe("parseDockerfile", () => {
  const problems = (text: string) =>
    parseDockerfile(text).problems.map(
      ({ at, message }) => `${message} @ ${JSON.stringify(text.slice(at.start, at.end))}`,
    );

  it("knows stages, names and images, over heredocs, comments and continued lines", () => {
    const text = `# syntax=docker/dockerfile:1
ARG CUDA=12.4.1
FROM --platform=linux/amd64 nvidia/cuda:\${CUDA}-devel-ubuntu22.04 AS build
RUN <<EOF
FROM nothing
EOF
RUN one && \\
    # why
    two
from build
COPY --from=build ["a b", "/c"]
`;
    const file = parseDockerfile(text);
    assert.deepEqual(file.problems, []);
    assert.deepEqual(
      file.stages.map(({ image, name, instructions }) => [
        text.slice(image.start, image.end),
        name,
        instructions.map((instruction) => instruction.keyword).join(),
      ]),
      [
        ["nvidia/cuda:${CUDA}-devel-ubuntu22.04", "build", "RUN,RUN"],
        ["build", undefined, "COPY"],
      ],
    );
  });

  const refused: Record<string, string[]> = {
    "FRM x\nFROM a\n": ['FRM is no Dockerfile instruction; did you mean FROM? @ "FRM"'],
    "FROM a\nHELLO world\n": ['HELLO is no Dockerfile instruction. @ "HELLO"'],
    "RUN x\nFROM a\n": ['RUN stands before the first FROM, where only ARG may stand. @ "RUN"'],
    "FROM a b\n": ['FROM takes an image, or an image and AS with a name for the stage. @ "FROM a b"'],
    "FROM a\nCOPY b\n": ['COPY needs a source and a destination. @ "COPY"'],
    "FROM\n": ['FROM needs something after it. @ "FROM"'],
    "# nothing\n": ['There is no FROM: a Dockerfile starts with the image it builds on. @ ""'],
  };
  for (const [text, expected] of Object.entries(refused))
    it(`says what BuildKit would refuse in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(problems(text), expected);
    });
});

describe("parseJson", () => {
  it("gives places, and takes comments and trailing commas", () => {
    const text = '{\n // why\n "a": {"b": ["x\\n", true,],},\n}';
    const { root, problems } = parseJson(text);
    assert.deepEqual(problems, []);
    const node = nodeAt(root, "a", "b", 0);
    assert.equal(textOf(node), "x\n");
    assert.equal(node && text.slice(node.start, node.end), '"x\\n"');
    assert.equal(booleanOf(nodeAt(root, "a", "b", 1)), true);
  });

  it("reports the first error at its place", () => {
    assert.deepEqual(parseJson('{"a": }').problems, [
      { at: { start: 6, end: 7 }, message: "A value is missing here." },
    ]);
    assert.equal(parseJson('{"a": "b').problems[0]?.message, "This string is never closed.");
    assert.equal(parseJson('{/* "a": 1}').problems.length, 1);
  });
});

describe("Lines", () => {
  it("counts lines as editors do", () => {
    const lines = new Lines("a\r\nb\rc\n\u{1F600}d");
    assert.equal(lines.count, 4);
    assert.deepEqual(lines.positionAt(3), { line: 1, column: 0 });
    assert.deepEqual(lines.positionAt(5), { line: 2, column: 0 });
    assert.deepEqual(lines.positionAt(9), { line: 3, column: 2 });
    assert.equal(lines.content(0), "a");
    assert.equal(lines.offsetAt({ line: 3, column: 2 }), 9);
    assert.equal(lines.offsetAt({ line: 9, column: 9 }), 10);
  });
});

describe("nearest", () => {
  it("finds what was meant, and nothing for what is far off", () => {
    assert.equal(nearest("chekc", ["check", "rules"]), "check");
    assert.equal(nearest("GPU01", ["GPU001", "SRV001"]), "GPU001");
    assert.equal(nearest("banana", ["check", "rules"]), undefined);
  });
});
