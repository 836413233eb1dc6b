// BKC004: instructions in upper case beside instructions in lower case.
import type { Rule } from "../rule.ts";

export const bkc004: Rule = {
  id: "BKC004",
  aliases: ["ConsistentInstructionCasing"],
  title: "Instructions are written in one case",
  severity: "information",
  why: "Mixed case is easy to misread; the builder warns of it at every build.",
  source: "https://docs.docker.com/reference/build-checks/consistent-instruction-casing/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
WORKDIR /app
USER 1000
`,
  bad: `FROM python:3.12-slim
«workdir» /app
USER 1000
`,
  *check(file) {
    const instructions = file.stages.flatMap((stage) => [stage.from, ...stage.instructions]);
    const lower = instructions.filter(({ written }) => written === written.toLowerCase()).length;
    const upper = instructions.filter(({ written }) => written === written.toUpperCase()).length;
    for (const { written, keywordSpan: at } of instructions) {
      const wanted = lower > upper ? written.toLowerCase() : written.toUpperCase();
      if (written === wanted) continue;
      yield {
        at,
        message: `Most instructions here are in ${lower > upper ? "lower" : "upper"} case: write ${wanted}.`,
        fixes: [{ title: `Change to ${wanted}`, edits: [{ ...at, text: wanted }] }],
      };
    }
  },
};
