// What turns the checks of a Dockerfile on and off: profile, levels, names of other tools, comments, .hadolint.yaml.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import type { Beside } from "../../../src/core/rules/dockerfileCheck.ts";
import { hadolintLevels } from "../../../src/core/rules/hadolintConfig.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { CheckSettings } from "../../../src/core/rules/levels.ts";

function found(text: string, settings: CheckSettings = { levels: {} }, beside: Beside = {}): string[] {
  return check({ path: "Dockerfile", text, settings, rules, beside }).map(
    ({ rule, severity, range }) => `${range.start.line + 1} ${rule} ${severity}`,
  );
}

const CASING = "FROM python:3.12-slim as base\n";

describe("the builder's own comments", () => {
  it("skip checks in the whole file", () => {
    assert.deepEqual(found(CASING), ["1 BKC002 information"]);
    assert.deepEqual(found(`# check=skip=FromAsCasing,UndefinedVar\n${CASING}`), []);
    assert.deepEqual(found(`# check = skip=all\n${CASING}`), []);
    assert.deepEqual(found(`# check=skip=StageNameCasing\n${CASING}`), ["2 BKC002 information"]);
  });

  it("do so only where the builder heeds them", () => {
    assert.deepEqual(found(`# hello\n# check=skip=all\n\nFROM a:1\nWORKDIR b\nENV A 1\n`), [
      "5 BKC010 warning",
      "6 BKC013 information",
    ]);
  });

  it("skip checks for one instruction, over all its lines", () => {
    assert.deepEqual(found(`FROM python:3.12-slim\n# check=skip=WorkdirRelativePath\nWORKDIR a\nENV A 1\n`), [
      "4 BKC013 information",
    ]);
  });

  it("make errors of warnings, as the builder will", () => {
    assert.deepEqual(found(`# check=error=true\n${CASING}`), ["2 BKC002 error"]);
    assert.deepEqual(found(`# check=error=false;skip=StageNameCasing\n${CASING}`), ["2 BKC002 information"]);
  });

  it("ask for experimental checks", () => {
    const text = "# not its name\nARG MODEL=a\nFROM python:3.12-slim\n";
    assert.deepEqual(found(`\n${text}`), []);
    assert.deepEqual(found(`# check=experimental=all\n\n${text}`), ["4 BKC020 information"]);
    assert.deepEqual(found(`# check=experimental=InvalidDefinitionDescription\n${text}`), [
      "3 BKC020 information",
    ]);
  });

  it("are refused when they are wrong", () => {
    for (const options of ["nothing", "skp=all", "error=maybe"])
      assert.deepEqual(found(`# check=${options}\nFROM a:1\n`), ["1 syntax error"], options);
  });
});

describe("comments of hadolint and ours", () => {
  it("wave a rule through for the instruction below, by any of its names", () => {
    for (const comment of [
      "hadolint ignore=DL3000",
      "slipway-ignore BKC010",
      "slipway-ignore WorkdirRelativePath: why",
    ])
      assert.deepEqual(found(`FROM a:1\n# ${comment}\nWORKDIR b\n`), [], comment);
    assert.deepEqual(found(`FROM a:1\n# hadolint ignore=DL3001,DL3000 # why\n# and why\nWORKDIR b\n`), []);
    assert.deepEqual(found(`FROM a:1\n# hadolint ignore=DL3001\nWORKDIR b\n`), ["3 BKC010 warning"]);
    assert.deepEqual(found(`FROM a:1\nWORKDIR b # slipway-ignore DL3000\n`), []);
  });

  it("cover every line of the instruction", () => {
    assert.deepEqual(found(`FROM a:1\n# slipway-ignore BKC003\nRUN a \\\n\n  b\n`), []);
    assert.deepEqual(found(`FROM a:1\nRUN a \\\n\n  b\n`), ["3 BKC003 warning"]);
  });

  it("wave it through in the whole file", () => {
    assert.deepEqual(found(`FROM a:1\n# hadolint global ignore=DL3000\nRUN a\nWORKDIR b\n`), []);
    assert.deepEqual(found(`# slipway-ignore-file DL3000\nFROM a:1\nWORKDIR b\n`), []);
  });
});

describe("names of other tools", () => {
  it("set levels", () => {
    assert.deepEqual(found(CASING, { levels: { FromAsCasing: "off" } }), []);
    assert.deepEqual(found(CASING, { levels: { BKC002: "error", FromAsCasing: "off" } }), ["1 BKC002 error"]);
    const twice = 'FROM a:1\nCMD ["a"]\nCMD ["b"]\nHEALTHCHECK NONE\nHEALTHCHECK NONE\n';
    assert.deepEqual(found(twice, { levels: { DL4003: "off" } }), ["4 BKC012 warning"]);
    assert.deepEqual(found(twice, { levels: { MultipleInstructionsDisallowed: "off" } }), []);
  });

  it("turn strict rules on, as the profile does", () => {
    const text = "# not its name\nARG MODEL=a\nFROM python:3.12-slim\n";
    assert.deepEqual(found(text), []);
    assert.deepEqual(found(text, { levels: {}, profile: "strict" }), ["2 BKC020 information"]);
    assert.deepEqual(found(text, { levels: { InvalidDefinitionDescription: "warning" } }), [
      "2 BKC020 warning",
    ]);
    assert.deepEqual(found(text, { levels: { BKC020: "off" }, profile: "strict" }), []);
  });

  it("are taken from a .hadolint.yaml, and the settings count more", () => {
    const hadolint = "ignored:\n  - DL3000\noverride:\n  error: [DL3025]\n";
    const text = "FROM a:1\nWORKDIR b\nCMD c\n";
    assert.deepEqual(found(text, { levels: {} }, { hadolint }), ["3 BKC007 error"]);
    assert.deepEqual(found(text, { levels: { DL3000: "information" } }, { hadolint }), [
      "2 BKC010 information",
      "3 BKC007 error",
    ]);
  });

  it("in a .hadolint.yaml that is none change nothing", () => {
    for (const text of [
      "",
      "- a",
      "ignored: DL3000",
      "ignored: [x, {a: b}]",
      "override: [1]",
      ": :",
      "a: *b",
    ])
      assert.deepEqual(hadolintLevels(text), {}, text);
    assert.deepEqual(hadolintLevels("override: {style: [DL3015], info: [SC2086]}"), {
      DL3015: "information",
      SC2086: "information",
    });
  });
});
