// Broken and odd files: whatever the text, the check ends quietly, points inside the text, and no fix breaks it.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { readExample } from "../../../src/core/rules/rule.ts";
import type { Finding, Position } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { schemas } from "../../schemas.ts";
import { applyFix } from "./apply.ts";
import { mutate, randomFrom } from "./mutate.ts";
import { cpuMs, isWithin } from "../../support/cpuTime.ts";

/** Runs of each kind of file; a run is one mutated text. SLIPWAY_FUZZ sets another number. */
const RUNS = Number(process.env["SLIPWAY_FUZZ"] ?? 200);

function assertInside(position: Position, lines: Lines): void {
  assert.ok(position.line >= 0 && position.line < lines.count, `line ${position.line} of ${lines.count}`);
  const length = lines.start(position.line + 1) - lines.start(position.line);
  assert.ok(position.column >= 0 && position.column <= length, `column ${position.column} of ${length}`);
}

const settings = { levels: {}, profile: "strict" } as const;
const beside = { dockerignore: "data\n*.ckpt\n" };
const run = (path: string, text: string) =>
  check({ path, text, settings, rules, schemas: () => schemas, beside });
const refused = (findings: readonly Finding[]) =>
  findings.filter((finding) => finding.rule === "syntax" && finding.severity === "error").length;

function assertSound(path: string, text: string): void {
  const lines = new Lines(text);
  const findings = run(path, text);
  for (const finding of findings) {
    assertInside(finding.range.start, lines);
    assertInside(finding.range.end, lines);
    assert.ok(lines.offsetAt(finding.range.start) <= lines.offsetAt(finding.range.end));
    for (const fix of finding.fixes) {
      for (const edit of fix.edits) {
        assertInside(edit.range.start, lines);
        assertInside(edit.range.end, lines);
      }
      const repaired = applyFix(text, fix);
      if (refused(findings) === 0)
        assert.equal(refused(run(path, repaired)), 0, `${finding.rule} ${fix.title} breaks:\n${repaired}`);
    }
  }
}

describe("check on mutated files", () => {
  for (const [kind, path] of [
    ["pod", "fuzz.yaml"],
    ["object", "fuzz.yaml"],
    ["schema", "fuzz.yaml"],
    ["set", "fuzz.yaml"],
    ["podSecurity", "fuzz.yaml"],
    ["compose", "compose.yaml"],
    ["dockerfile", "Dockerfile"],
    ["devcontainer", "devcontainer.json"],
  ] as const) {
    it(`is sound on ${RUNS} ${kind} files`, function () {
      this.timeout(0);
      const seeds = rules
        .filter((rule) => rule.appliesTo === kind)
        .flatMap((rule) => [readExample(rule.bad).text, rule.good]);
      for (let seed = 1; seed <= RUNS; seed++) {
        const random = randomFrom(seed);
        const first = seeds[random(seeds.length)] ?? "apiVersion: v1\nkind: Pod\n";
        const text = mutate(random(4) === 0 ? first.replaceAll("\n", "\r\n") : first, random);
        try {
          const start = cpuMs();
          assertSound(path, text);
          assert.ok(isWithin(cpuMs() - start, 2_000), "it took over 2 s");
        } catch (error) {
          throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
        }
      }
    });
  }
});
