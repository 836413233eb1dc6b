// What a Dockerfile takes of its context, and what is said of files that are not in it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { contextSearch, faultWarnings, type KnownContext } from "../../../src/core/image/buildContext.ts";
import { parseDockerignore } from "../../../src/core/image/dockerignore.ts";
import { explainFailure, missingSource } from "../../../src/core/image/failure.ts";
import { PlainProgress } from "../../../src/core/image/plainProgress.ts";
import { RawProgress } from "../../../src/core/image/rawProgress.ts";
import { failingCases } from "../../docker/cases.ts";
import { mutate, randomFrom } from "../rules/mutate.ts";

const from = "FROM base AS build\n";
const ignoreOf = (text: string) => ({ name: ".dockerignore", ...parseDockerignore(text) });
const none: KnownContext = { ignore: undefined, place: undefined, faults: undefined };

describe("what a build takes of its context", () => {
  for (const [dockerfile, roots, taken, others] of [
    ["COPY . /app", [""], ["a", "a/b"], []],
    ["COPY a b/ ./c /app/", ["a", "b", "c"], ["a/x", "b/y", "c"], ["d", "ab"]],
    ["COPY src src/a /app/", ["src"], ["src/b"], ["a"]],
    ["COPY *.txt data/*.csv /app/", [""], ["a.txt", "data/a.csv"], ["a.csv", "data/x/a.csv"]],
    ['ADD ["my model.bin", "/m/"]', ["my model.bin"], ["my model.bin"], ["my", "model.bin"]],
    ["COPY a \\\n  # why\n  b /app/", ["a", "b"], ["a", "b"], ["/app"]],
    ["COPY --chown=1:2 --link a /app/", ["a"], ["a"], []],
    ["ARG V\nCOPY $V /app/", [""], ["anything/at/all"], []],
    ["COPY --from=build /a /b", [], [], ["a"]],
    ["ADD https://example.com/x git@example.com:x.git /x", [], [], ["x"]],
    ["COPY <<EOF /x\na b\nEOF", [], [], ["a"]],
    [
      "RUN --mount=type=bind,source=r.txt,target=/r --mount=type=cache,target=/c true",
      ["r.txt"],
      ["r.txt"],
      ["c"],
    ],
    ["RUN --mount=target=/src true", [""], ["a"], []],
    ["RUN --mount=type=bind,from=build,source=a,target=/a true", [], [], ["a"]],
    ["RUN cp a b", [], [], ["a"]],
    ["COPY ../a /a", ["a"], ["a"], []],
    ["COPY", [], [], ["a"]],
  ] as const) {
    it(JSON.stringify(dockerfile), () => {
      const search = contextSearch(`${from}${dockerfile}\n`, undefined);
      assert.deepEqual(search.roots, roots);
      for (const path of taken) assert.equal(search.takes(path), true, path);
      for (const path of others) assert.equal(search.takes(path), false, path);
    });
  }

  it("is not what the ignore file leaves out", () => {
    const search = contextSearch(`${from}COPY . /app\n`, ignoreOf("data\n*.bin\n"));
    assert.equal(search.takes("data/x"), false);
    assert.equal(search.takes("a.bin"), false);
    assert.equal(search.takes("a.txt"), true);
    assert.equal(search.skips("data"), true);
    assert.equal(contextSearch(`${from}COPY . /app\n`, ignoreOf("data\n!data/x\n")).skips("data"), false);
  });

  it("is answered for any text", () => {
    const pick = randomFrom(48);
    const text = `${from}COPY ["a b", "c"] /d\nRUN --mount=type=bind,source=x a\nADD \\\n "x y" z\n`;
    for (let round = 0; round < 500; round += 1) {
      const search = contextSearch(mutate(mutate(text, pick), pick), undefined);
      search.takes("a/b");
    }
  });
});

describe("a file that the build wants from its context", () => {
  const failing = failingCases.find((one) => one.name === "copy-missing");
  for (const [folder, ending, reader] of [
    ["buildx-current", "ndjson", new RawProgress()],
    ["buildx-old", "ndjson", new RawProgress()],
    ["buildkit-text", "txt", new PlainProgress()],
    ["classic", "txt", new PlainProgress()],
  ] as const) {
    it(`is named with the line that leaves it out, as ${folder} says it`, () => {
      const file = new URL(`../../golden/docker/${folder}/copy-missing.${ending}`, import.meta.url);
      for (const line of readFileSync(file, "utf8").split("\n")) if (line !== "") reader.line(line);
      reader.end();
      const { steps, errorLines } = reader;
      const end = { dockerfile: failing?.dockerfile ?? "", steps, errorLines };
      assert.match(missingSource(end) ?? "", /^\/?requirements\.txt$/);
      const explain = (context: Partial<KnownContext>) =>
        explainFailure({ ...end, context: { ...none, ...context } }).message;
      const ignore = ignoreOf("a\n*.txt\n");
      assert.equal(
        explain({ ignore, place: { kind: "inside", path: "requirements.txt" } }),
        "requirements.txt is left out of the build context by line 2 of .dockerignore (*.txt). Remove that line, or add !requirements.txt below it.",
      );
      assert.match(
        explain({ ignore, place: { kind: "absent" } }),
        /^requirements\.txt is not in the build context\./,
      );
      assert.match(
        explain({ place: { kind: "outside", target: "/mnt/r.txt" } }),
        /^requirements\.txt is a link to \/mnt\/r\.txt, outside of the build context/,
      );
      assert.match(
        explain({ ignore, place: { kind: "inside", path: "real.txt" } }),
        /by line 2 of \.dockerignore \(\*\.txt\)/,
      );
      assert.match(explain({}), /and that \.dockerignore does not leave it out\.$/);
    });
  }

  it("is not asked for where a program of a RUN misses one", () => {
    const dockerfile = `${from}RUN --mount=target=/src cat nothing\n`;
    const errorLines = [
      "Dockerfile:2",
      "--------------------",
      "   2 | >>> RUN --mount=target=/src cat nothing",
      'ERROR: failed to build: failed to solve: process "/bin/sh -c cat nothing" did not complete successfully: exit code: 1',
    ];
    assert.equal(missingSource({ dockerfile, steps: [], errorLines }), undefined);
  });
});

describe("a context that can't be sent", () => {
  const said = (cause: string, context: Partial<KnownContext> = {}) =>
    explainFailure({
      dockerfile: from,
      steps: [],
      errorLines: [`ERROR: failed to build: failed to solve: ${cause}`],
      context: { ...none, ...context },
    }).message;

  it("is named by what is wrong with it", () => {
    const ignore = ignoreOf("a\n[\n");
    assert.equal(
      said("syntax error in pattern", { ignore }),
      "Line 2 of .dockerignore is no valid pattern: [. Correct it, then build again.",
    );
    assert.match(said('illegal exclusion pattern: "!"'), /^A line of \.dockerignore is no valid pattern\./);
    assert.match(
      said("error from sender: open /w/private data: permission denied"),
      /^You may not read \/w\/private data, which is in the build context\./,
    );
    assert.match(
      said("rpc error: code = Internal desc = grpc: string field contains invalid UTF-8", {
        faults: { unreadable: [], misnamed: ["a/\uFFFD"] },
      }),
      /^A file name in the build context is not UTF-8, and the builder can't send it: a\/\uFFFD\./,
    );
  });

  it("is no reason to speak when all gets across", () => {
    assert.deepEqual(faultWarnings({ unreadable: [], misnamed: ["x"] }), []);
  });
});
