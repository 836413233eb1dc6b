// Our controls beside every pod by which Kubernetes tests its own Pod Security admission, one by one.
import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { controls } from "../../../src/core/policy/podSecurity/controls.ts";
import { controlsOf, evaluate, variantOf } from "../../../src/core/policy/podSecurity/evaluate.ts";
import { NEWEST_MINOR } from "../../../src/core/policy/podSecurity/level.ts";
import { type PodSecurityFixture, podSecurityFixtures } from "../../support/podSecurityFixtures.ts";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { applyFix } from "../rules/apply.ts";
import { reviewOf } from "./review.ts";

/** How many there are in v0.37.2; fewer would mean that not all were looked at. */
const FIXTURES = 4537;

describe("Pod Security, beside Kubernetes' own fixtures", function () {
  this.timeout(120_000);
  let fixtures: PodSecurityFixture[] = [];

  before(async function () {
    const found = await podSecurityFixtures();
    if (found.available) fixtures = found.fixtures;
    else {
      // Mocha shows only titles of what is skipped.
      console.log(`      skipped: ${found.reason}`);
      this.skip();
    }
  });

  it(`has all ${FIXTURES} fixtures, of every version from 1.0 to 1.${NEWEST_MINOR}`, () => {
    assert.equal(fixtures.length, FIXTURES);
    assert.deepEqual(
      Array.from(new Set(fixtures.map(({ minor }) => minor))).toSorted((one, other) => one - other),
      Array.from({ length: NEWEST_MINOR + 1 }, (_, minor) => minor),
    );
  });

  for (const level of ["baseline", "restricted"] as const) {
    for (let version = 0; version <= NEWEST_MINOR; version++) {
      it(`agrees on ${level} of 1.${version}`, () => {
        const here = fixtures.filter((fixture) => fixture.level === level && fixture.minor === version);
        assert.ok(here.length > 10, `only ${here.length} fixtures`);
        assert.deepEqual(here.flatMap(disagreement), []);
      });
    }
  }

  it("judges by the newest version when asked for the latest, or for one that is not known yet", () => {
    for (const { level, minor, verdict, name, text } of fixtures) {
      if (minor !== NEWEST_MINOR) continue;
      for (const version of ["latest", NEWEST_MINOR + 9] as const)
        assert.equal(
          evaluate(reviewOf(text), { level, version }, controls).length === 0,
          verdict === "pass",
          name,
        );
    }
  });

  it("repairs what it finds in them: a fix leaves nothing of its control, and one of the level nothing at all", () => {
    let tried = 0;
    for (const { level, minor, verdict, name, text } of fixtures) {
      if (verdict === "pass") continue;
      const podSecurity = { level, version: minor };
      for (const { rule, fixes } of check({
        path: "a.yaml",
        text,
        settings: { levels: {}, podSecurity },
        rules,
      })) {
        const known = rules.find(({ id }) => id === rule);
        if (known?.appliesTo !== "podSecurity") continue;
        for (const fix of fixes) {
          tried++;
          const left = evaluate(reviewOf(applyFix(text, fix)), podSecurity, controls);
          const bad: string[] = left
            .filter(({ control }) => fix.title.startsWith("Make") || control === known.control)
            .map(({ control }) => control.id);
          assert.deepEqual(bad, [], `${fix.title} in ${name} of ${level} 1.${minor}`);
        }
      }
    }
    assert.ok(tried > 2_000, `only ${tried} fixes were tried`);
  });
});

/** Where our answer is another than Kubernetes'. */
function disagreement({ level, minor, verdict, name, text }: PodSecurityFixture): string[] {
  const pod = reviewOf(text);
  const asked = { level, version: minor };
  const found = evaluate(pod, asked, controls).map(({ control }) => control.id);
  if (verdict === "pass")
    return found.length === 0 ? [] : [`${name} passes, but we find ${found.join(", ")}`];
  const control = controls.find(({ id }) => id.toLowerCase() === name.replace(/\d+$/, ""));
  if (!control) return [`${name} fails by a control that we don't have`];
  // The control itself says no, also where the level leaves it to a stricter one.
  if (Array.from(variantOf(control, minor)?.check(pod) ?? []).length === 0)
    return [`${name} fails by ${control.id}, which finds nothing`];
  const judges = controlsOf(asked, controls).filter(
    ({ id, replaces }) => id === control.id || replaces === control.id,
  );
  return judges.some(({ id }) => found.includes(id)) ? [] : [`${name} fails, but ${level} lets it pass`];
}
