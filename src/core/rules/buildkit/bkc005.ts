// BKC005: two stages with one name.
import type { Rule } from "../rule.ts";

export const bkc005: Rule = {
  id: "BKC005",
  aliases: ["DuplicateStageName", "DL3024"],
  title: "A stage's name is given once",
  severity: "warning",
  why: "Whoever names the stage gets the last one with that name, and the first is built for nothing or not at all.",
  source: "https://docs.docker.com/reference/build-checks/duplicate-stage-name/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS base
FROM base AS train
`,
  bad: `FROM python:3.12-slim AS base
FROM python:3.13-slim AS «base»
`,
  *check(file) {
    const seen = new Set<string>();
    for (const { name, nameWord } of file.stages) {
      const lower = name?.toLowerCase();
      if (lower === undefined || nameWord === undefined) continue;
      if (seen.has(lower))
        yield {
          at: nameWord,
          message: `There is a stage ${lower} above: this one takes its name. Give each stage a name of its own.`,
        };
      seen.add(lower);
    }
  },
};
