// BKC002: FROM and AS in different case.
import type { Rule } from "../rule.ts";

export const bkc002: Rule = {
  id: "BKC002",
  aliases: ["FromAsCasing"],
  title: "FROM and AS are written in the same case",
  severity: "information",
  why: "Mixed case is easy to misread; the builder warns of it at every build.",
  source: "https://docs.docker.com/reference/build-checks/from-as-casing/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS base
`,
  bad: `FROM python:3.12-slim «as» base
`,
  *check(file) {
    for (const { from } of file.stages) {
      const as = from.words[1];
      if (!as || from.words.length < 3) continue;
      const lower = from.written === from.written.toLowerCase();
      if (!lower && from.written !== from.written.toUpperCase()) continue;
      const wanted = lower ? as.text.toLowerCase() : as.text.toUpperCase();
      if (as.text === wanted) continue;
      yield {
        at: as,
        message: `Write ${wanted}, in the same case as ${from.written}.`,
        fixes: [{ title: `Change to ${wanted}`, edits: [{ start: as.start, end: as.end, text: wanted }] }],
      };
    }
  },
};
