// Dockerfiles as large as the builder takes them, and made so that each line costs much.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { cpuMs, isWithin } from "../../support/cpuTime.ts";

describe("Dockerfiles made to hurt", () => {
  const filled = (piece: string, head = "FROM ubuntu:24.04\n") =>
    head + piece.repeat(Math.floor((127 * 1024 - head.length) / piece.length));
  const numbered = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join("\n");
  const texts: Record<string, string> = {
    "variables in a word": filled("$A", "FROM ubuntu:24.04\nENV X="),
    "substitutions in substitutions": filled("${A:-", "FROM ubuntu:24.04\nENV X="),
    "replacements in a long value": filled(
      "${A//a/b}",
      `FROM ubuntu:24.04\nENV A=${"a".repeat(1000)}\nENV X=`,
    ),
    "patterns that match in many ways": filled(
      "${A##*a*a*a*a*b}",
      `FROM ubuntu:24.04\nENV A=${"a".repeat(1000)}\nENV X=`,
    ),
    "many RUNs": filled("RUN a && b\n"),
    "one long pipe": filled("a | b && ", "FROM ubuntu:24.04\nRUN "),
    "many variables": `FROM ubuntu:24.04\n${numbered(6000, (index) => `ENV A${index}=$A${index - 1}`)}`,
    "a chain of stages": `FROM ubuntu:24.04 AS s0\n${numbered(3500, (index) => `FROM s${index} AS s${index + 1}\nENV A=$B`)}`,
    "many ONBUILDs in many stages": `FROM a:1 AS b\n${"ONBUILD RUN a\n".repeat(1000)}${"FROM b\n".repeat(1000)}`,
    heredocs: filled("RUN <<E\na\nE\n"),
    "words of heredocs": filled("<<E", "FROM ubuntu:24.04\nRUN "),
    "open quotes": filled('"$(', "FROM ubuntu:24.04\nRUN "),
    "open brackets": filled("(", "FROM ubuntu:24.04\nRUN "),
    backticks: filled("`a ", "FROM ubuntu:24.04\nRUN "),
    "a long continued line": filled("a \\\n", "FROM ubuntu:24.04\nRUN "),
    "many packages": filled("torch ", "FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN pip install "),
    spaces: filled(" ", "FROM a:1\nLABEL a"),
    comments: filled("# check=skip=A\nRUN a\n"),
  };
  for (const [name, text] of Object.entries(texts))
    it(`are checked within 2 s: ${name}`, () => {
      const settings = { levels: {}, profile: "strict" } as const;
      const beside = { dockerignore: "**/a/**/b*c?d\n" };
      // Beside busy neighbours the same work costs more: the quickest of a few counts.
      let ms = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 3 && ms >= 2_000; run++) {
        const before = cpuMs();
        check({ path: "Dockerfile", text, settings, rules, beside });
        ms = Math.min(ms, cpuMs() - before);
      }
      assert.ok(isWithin(ms, 2_000), `${ms} ms`);
    }).timeout(60_000);
});
