// Our rules for BuildKit's checks beside the checks themselves: the same findings on the same instructions.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../src/core/rules/check.ts";
import { isBuilders } from "../../src/core/rules/dockerfileComments.ts";
import { rules } from "../../src/core/rules/index.gen.ts";
import { parseDockerfile } from "../../src/core/syntax/dockerfile.ts";
import type { Position } from "../../src/core/syntax/finding.ts";
import { Lines } from "../../src/core/syntax/lines.ts";
import { boxImage } from "../support/images.ts";
import { images, type MadeFile, madeFile } from "./dockerfiles.ts";
import { builderVerdicts, type Verdict } from "./lintOracle.ts";
import { folderWith, sharedDocker } from "./world.ts";

/** SLIPWAY_LINTS sets another number, SLIPWAY_LINT_SEED another first seed. */
const FILES = Number(process.env["SLIPWAY_LINTS"] ?? 400);
const FIRST = Number(process.env["SLIPWAY_LINT_SEED"] ?? 1);
/** In one run of the client, which asks for them all at once. */
const BATCH = 100;

/** Which platforms an image has is known to its registry only. */
const PLATFORM = "InvalidBaseImagePlatform";

const names = new Map(rules.map((rule) => [rule.id, rule.aliases?.find(isBuilders)]));

interface Ours {
  readonly found: ReadonlySet<string>;
  readonly refused: string[];
}

/** `Rule@instruction` of each finding: exact places differ, as the builder only knows lines. */
function ours({ text, dockerignore }: MadeFile): Ours {
  const findings = check({
    path: "Dockerfile",
    text,
    settings: { levels: {} },
    rules,
    beside: { dockerignore },
  });
  const at = instructionAt(text);
  const lines = new Lines(text);
  // For editors a lone \r ends a line too.
  const builderLine = (position: Position) => text.slice(0, lines.offsetAt(position)).split("\n").length - 1;
  const found = findings.flatMap(({ rule, range }) => {
    const name = names.get(rule);
    // Which platforms an image has is known to its registry.
    return name === undefined || name === "InvalidBaseImagePlatform"
      ? []
      : [`${name}@${at(builderLine(range.start))}`];
  });
  const refused = findings.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return { found: new Set(found), refused };
}

function theirs({ text }: MadeFile, { warnings }: Verdict): ReadonlySet<string> {
  const at = instructionAt(text);
  return new Set(
    warnings.filter(({ rule }) => rule !== PLATFORM).map(({ rule, line }) => `${rule}@${at(line - 1)}`),
  );
}

/** The number of the instruction that a line (zero-based) is part of. */
function instructionAt(text: string): (line: number) => number {
  const starts = parseDockerfile(text).instructions.map(
    ({ line }) => text.slice(0, line.start).split("\n").length - 1,
  );
  return (line) => starts.findLastIndex((start) => start <= line);
}

describe("BuildKit's checks", function () {
  this.timeout(240_000);

  it(`are found as the builder finds them in ${FILES} Dockerfiles`, async function () {
    const docker = await sharedDocker(this);
    for (const image of images) await docker.docker("tag", boxImage, image);
    const wrong: string[] = [];
    const seen = new Map<string, number>();
    let accepted = 0;
    let refused = 0;
    let foretold = 0;
    for (let first = FIRST; first < FIRST + FILES; first += BATCH) {
      const files = Array.from({ length: Math.min(BATCH, FIRST + FILES - first) }, (_, index) =>
        madeFile(first + index),
      );
      const verdicts = await builderVerdicts(docker, folderWith({}), files);
      for (const [index, verdict] of verdicts.entries()) {
        const file = files[index];
        if (!file) continue;
        const here = ours(file);
        const there = theirs(file, verdict);
        for (const found of there)
          seen.set(found.replace(/@.*/, ""), (seen.get(found.replace(/@.*/, "")) ?? 0) + 1);
        const missing = Array.from(there).filter((found) => !here.found.has(found));
        // A refused file was read only up to what the builder refuses.
        const more =
          verdict.error === undefined ? Array.from(here.found).filter((found) => !there.has(found)) : [];
        const falselyRefused = verdict.error === undefined ? here.refused : [];
        if (verdict.error === undefined) accepted++;
        else {
          refused++;
          if (here.refused.length > 0) foretold++;
          else if (process.env["SLIPWAY_LINT_MISSED"])
            console.log(`not foretold: ${verdict.error}\n${JSON.stringify(file.text)}`);
        }
        if (missing.length + more.length + falselyRefused.length > 0)
          wrong.push(
            `seed ${first + index}: missing ${missing.join()}, too many ${more.join()}, falsely refused ${falselyRefused.join()}; ${verdict.error ?? "accepted"}\n${file.text}\n--- ${JSON.stringify(file.dockerignore)}`,
          );
      }
    }
    console.log(
      `      ${accepted} accepted, ${refused} refused, of which ${foretold} foretold; ${Array.from(seen, ([rule, count]) => `${rule} ${count}`).join(", ")}`,
    );
    assert.equal(wrong.length, 0, `${wrong.length} of ${FILES} differ:\n${wrong.slice(0, 10).join("\n\n")}`);
  });
});
