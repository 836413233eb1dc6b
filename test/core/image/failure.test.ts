// The builders' recorded words about failing Dockerfiles, read to the place and sentence a person sees.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { explainFailure, explainWarnings } from "../../../src/core/image/failure.ts";
import { PlainProgress } from "../../../src/core/image/plainProgress.ts";
import { RawProgress } from "../../../src/core/image/rawProgress.ts";
import type { ProgressReader } from "../../../src/core/image/steps.ts";
import { failingCases } from "../../docker/cases.ts";

const golden = new URL("../../golden/docker/", import.meta.url);

function read(file: string, reader: ProgressReader): ProgressReader {
  for (const line of readFileSync(new URL(file, golden), "utf8").split("\n"))
    if (line !== "") reader.line(line);
  reader.end();
  return reader;
}

const builders = [
  {
    name: "buildx on the current engine",
    folder: "buildx-current",
    ending: "ndjson",
    reader: () => new RawProgress(),
  },
  { name: "buildx on engine 20.10", folder: "buildx-old", ending: "ndjson", reader: () => new RawProgress() },
  {
    name: "the client of 20.10 with BuildKit",
    folder: "buildkit-text",
    ending: "txt",
    reader: () => new PlainProgress(),
  },
  { name: "the classic builder", folder: "classic", ending: "txt", reader: () => new PlainProgress() },
];

/** What builders before here-documents, suggestions and excerpts say instead. */
const olderMessages: Record<string, string> = {
  "run-heredoc": "This builder knows no here-documents (<<).",
  "unknown-instruction": "Unknown instruction: RUNN.",
  "copy-missing-from-stage": "",
  "user-missing": "",
};

describe("a failed build", () => {
  for (const builder of builders) {
    describe(builder.name, () => {
      for (const failing of failingCases) {
        it(`${failing.name} is shown on its line`, () => {
          const progress = read(`${builder.folder}/${failing.name}.${builder.ending}`, builder.reader());
          const { finding } = explainFailure({
            ...failing,
            steps: progress.steps,
            errorLines: progress.errorLines,
          });
          assert.ok(finding);
          const { start, end } = finding.range;
          assert.deepEqual([start.line + 1, start.column + 1, end.line + 1, end.column + 1], failing.place);
          const current = builder.folder === "buildx-current";
          const expected = current ? failing.message : (olderMessages[failing.name] ?? failing.message);
          assert.equal(finding.message.slice(0, expected.length), expected);
        });
      }
    });
  }

  it("keeps the last lines that the step printed", () => {
    const progress = read("buildx-current/run-multiline.ndjson", new RawProgress());
    const failing = failingCases.find((one) => one.name === "run-multiline");
    const { message } = explainFailure({
      dockerfile: failing?.dockerfile ?? "",
      steps: progress.steps,
      errorLines: progress.errorLines,
    });
    assert.match(message, /\n\/bin\/sh: nosuchcommand: not found$/);
  });

  it("has a sentence and no place when nothing is known", () => {
    const { message, finding } = explainFailure({ dockerfile: "", steps: [], errorLines: [] });
    assert.equal(message, "The build failed without a reason.");
    assert.equal(finding, undefined);
  });

  it("survives a Dockerfile that changed since", () => {
    const progress = read("buildx-current/run-multiline.ndjson", new RawProgress());
    const { message } = explainFailure({
      dockerfile: "FROM x\n",
      steps: progress.steps,
      errorLines: progress.errorLines,
    });
    assert.match(message, /^RUN failed with exit code 127/);
  });
});

describe("the builder's remarks", () => {
  it("are findings on the lines they name, within the file", () => {
    const found = explainWarnings("FROM x\nCMD echo hi\n", [
      {
        rule: "JSONArgsRecommended",
        message: "JSON arguments recommended for CMD",
        url: "https://docs.docker.com/go/x/",
        firstLine: 2,
        lastLine: 2,
      },
      { rule: undefined, message: "far away", url: undefined, firstLine: 99, lastLine: 120 },
      { rule: undefined, message: "nowhere", url: undefined, firstLine: undefined, lastLine: undefined },
    ]);
    assert.deepEqual(
      found.map(({ rule, range, source }) => [rule, range.start.line, range.end.column, source]),
      [
        ["JSONArgsRecommended", 1, 11, "https://docs.docker.com/go/x/"],
        ["build", 2, 0, undefined],
      ],
    );
  });
});
