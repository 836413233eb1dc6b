// The rules for BuildKit's checks on the cases beside their examples; test/docker/lint.test.ts asks the builder itself.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { applyFix } from "./apply.ts";
import { found } from "./found.ts";

const file = (text: string) => found(text, "Dockerfile");

function repaired(text: string): string[] {
  return check({ path: "Dockerfile", text, settings: { levels: {} }, rules }).flatMap((finding) =>
    finding.fixes.map((fix) => applyFix(text, fix)),
  );
}

describe("UndefinedVar", () => {
  it("is said of images whose variables are known", () => {
    assert.deepEqual(file("FROM ubuntu:24.04\nENV A=$B C=${D:-x}\n"), ["BKC011 «$B»", "BKC011 «${D»"]);
    assert.deepEqual(file("FROM python:3.12-slim\nENV A=$PYTHON_VERSION B=$LANG\n"), []);
    assert.deepEqual(
      file("FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nENV A=$NV_CUDA_LIB_VERSION:$LD_LIBRARY_PATH\n"),
      [],
    );
  });

  it("is not said of an image that may set anything", () => {
    assert.deepEqual(file("FROM registry.example/own:1\nENV A=$THEIRS\n"), []);
    assert.deepEqual(file("FROM registry.example/own:1\nARG MODEL=x\nENV A=$MODLE\n"), ["BKC011 «$MODLE»"]);
    assert.deepEqual(file("ARG MODEL=x\nFROM registry.example/own:1\nENV A=$MODEL\n"), ["BKC011 «$MODEL»"]);
  });

  it("goes on over stages, and knows what the builder sets", () => {
    const text =
      "FROM ubuntu:24.04 AS a\nARG X=1\nENV Y=2\nFROM a\nENV Z=$X$Y$PATH\nARG TARGETARCH\nADD $TARGETARCH /\n";
    assert.deepEqual(file(text), []);
    assert.deepEqual(file("FROM ubuntu:24.04\nENV Z=$TARGETARCH\n"), ["BKC011 «$TARGETARCH»"]);
  });

  it("knows that an ENV does not know itself, and an ARG does", () => {
    assert.deepEqual(file("FROM ubuntu:24.04\nARG A=1 B=$A\nENV C=1\nENV D=$C\n"), []);
    assert.ok(file("FROM ubuntu:24.04\nENV C=1 D=$C\n").includes("BKC011 «$C»"));
  });

  it("finds the place in lines that go on, in flags, mounts and heredocs", () => {
    assert.deepEqual(file("FROM ubuntu:24.04\nCOPY a \\\n  b/${X}/c \\\n  /d/\n"), ["BKC011 «${X}»"]);
    assert.deepEqual(file("FROM ubuntu:24.04\nCOPY --chown=$X a /b\n"), ["BKC011 «$X»"]);
    assert.deepEqual(file("FROM ubuntu:24.04\nCOPY <<E /f\na $X\nE\nCOPY <<'E' /f\na $X\nE\n"), [
      "BKC011 «$X»",
    ]);
    assert.deepEqual(file("FROM ubuntu:24.04\nRUN --mount=type=cache,target=/$X a $Y\n").length, 1);
  });

  it("is repaired", () => {
    assert.deepEqual(repaired("ARG V=1\nFROM ubuntu:24.04\nENV A=$V\n"), [
      "ARG V=1\nFROM ubuntu:24.04\nARG V\nENV A=$V\n",
    ]);
    assert.deepEqual(repaired("FROM ubuntu:24.04\nARG MODEL=1\nENV A=$MODLE\n"), [
      "FROM ubuntu:24.04\nARG MODEL=1\nENV A=${MODEL}\n",
    ]);
  });
});

describe("other checks of BuildKit", () => {
  const cases: Record<string, string[]> = {
    // WorkdirRelativePath
    "FROM a:1\nWORKDIR $HOME/app": [],
    "FROM ubuntu:24.04\nENV H=/h\nWORKDIR $H/app\nWORKDIR x": [],
    "FROM a:1 AS x\nWORKDIR /a\nFROM x\nWORKDIR b": [],
    "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nWORKDIR C:\\app": [],
    "FROM ubuntu:24.04\nWORKDIR C:\\app": ["BKC010 «C:\\app»"],
    // JSONArgsRecommended
    'FROM a:1\nSHELL ["bash", "-c"]\nCMD exec a': [],
    "FROM a:1\nENTRYPOINT exec a $B": ["BKC007 «ENTRYPOINT»"],
    "FROM a:1\nCMD": ["BKC007 «CMD»"],
    // SecretsUsedInArgOrEnv
    "FROM a:1\nENV TOKENIZERS_PARALLELISM=false\nENV KEYBOARD=de\nARG SSH_PUBLIC_KEY\nARG TOKEN_FILE": [],
    "FROM a:1\nARG WANDB_API_KEY MODEL\nENV PASSWORD=x": ["BKC016 «WANDB_API_KEY»", "BKC016 «PASSWORD»"],
    // LegacyKeyValueFormat
    "FROM a:1\nLABEL a b": ["BKC013 «a b»"],
    // InvalidDefaultArgInFrom, UndefinedArgInFrom
    "FROM Ubuntu:24.04": ["BKC017 «Ubuntu:24.04»"],
    "ARG BASE\nFROM $BASE": ["BKC017 «$BASE»"],
    "ARG BASE=a:1\nFROM $BASE AS x\nFROM x": [],
    "FROM python:${TARGETARCH}": [],
    // FromPlatformFlagConstDisallowed, RedundantTargetPlatform
    "FROM --platform=linux/arm64 a:1 AS build-arm64": [],
    "FROM --platform=$BUILDPLATFORM a:1": [],
    "FROM --platform=${TARGETPLATFORM} a:1": ["BKC015 «--platform=${TARGETPLATFORM}»"],
    // InvalidBaseImagePlatform
    "FROM --platform=linux/amd64 arm64v8/python:3.12 AS amd64": ["BKC014 «arm64v8/python:3.12»"],
    "FROM --platform=linux/arm64 arm64v8/python:3.12 AS arm64": [],
    // ExposeInvalidFormat, ports
    "FROM ubuntu:24.04\nENV P=90\nEXPOSE $P 8000-8010/udp": [],
    "FROM ubuntu:24.04\nEXPOSE 70000 80/http 5-3": ["DKF013 «70000»", "DKF013 «80/http»", "DKF013 «5-3»"],
    "FROM a:1\nEXPOSE $PORT": [],
    // DuplicateStageName
    "FROM a:1 AS x\nFROM b:1 AS X": ["BKC001 «X»", "BKC005 «X»"],
    // Sources
    "FROM a:1 AS one\nFROM b:1\nCOPY --from=0 /a /b\nCOPY --from=nginx:1 /a /b\nCOPY --from=busybox /a /b":
      [],
    "FROM a:1\nCOPY --from=3 /a /b": ["DKF016 «3»"],
    "FROM a:1\nRUN --mount=type=bind,from=x,target=/x true\nFROM b:1 AS x": ["DKF017 «x»"],
    "FROM a:1\nONBUILD ONBUILD RUN a": ["DKF032 «ONBUILD»"],
  };
  for (const [text, expected] of Object.entries(cases))
    it(JSON.stringify(text), () => {
      assert.deepEqual(file(`${text}\n`), expected);
    });

  it("show at the FROM what an ONBUILD of the stage below it brings", () => {
    assert.deepEqual(file("FROM ubuntu:24.04 AS base\nONBUILD WORKDIR a\nFROM base\n"), ["BKC010 «FROM»"]);
  });

  it("see what an ignore file keeps out, as the builder's own check does", () => {
    const ignored = (dockerignore: string, source: string) =>
      check({
        path: "Dockerfile",
        text: `FROM ubuntu:24.04\nCOPY ${source} /to/\n`,
        settings: { levels: {} },
        rules: rules.filter((rule) => rule.id === "BKC019"),
        beside: { dockerignore },
      }).length;
    for (const [dockerignore, source] of [
      ["data\n", "data/a"],
      ["data/\n", "./x/../data"],
      ["*\n", "/data"],
      ["**/data\n", "/data"],
      ["*\n", "."],
      ["**/*.pt\n", "a/b.pt"],
    ])
      assert.equal(ignored(dockerignore ?? "", source ?? ""), 1, `${dockerignore} ${source}`);
    for (const [dockerignore, source] of [
      ["data\n", "/data"],
      ["data\n", "."],
      ["data\n!data/a\n", "data/b"],
      ["[\n*\n", "data"],
      ["data\n", "--from=ubuntu:24.04 data"],
    ])
      assert.equal(ignored(dockerignore ?? "", source ?? ""), 0, `${dockerignore} ${source}`);
  });

  it("count instructions in one stage only", () => {
    assert.deepEqual(file('FROM a:1 AS b\nCMD ["a"]\nFROM b\nCMD ["b"]\n'), []);
    assert.deepEqual(file('FROM a:1\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\n'), ["BKC012 «ENTRYPOINT»"]);
  });

  it("take a stage's name in FROM along when they repair it", () => {
    assert.deepEqual(repaired("FROM a:1 AS Base\nFROM Base\n")[0], "FROM a:1 AS base\nFROM base\n");
  });

  it("end soon on values that would double with each line, and on thousands of stages", () => {
    const doubling = `FROM a:1\nENV A=xx\n${"ENV A=$A$A\n".repeat(200)}WORKDIR /$A\n`;
    assert.deepEqual(file(doubling), []);
    const stages = Array.from(
      { length: 4000 },
      (_, index) => `FROM s${index} AS s${index + 1}\nARG A${index}`,
    );
    file(`FROM a:1 AS s0\n${stages.join("\n")}\nENV B=$C\n`);
  }).timeout(4000);
});
