// BKC006: a stage named as something of the builder's own.
import type { Rule } from "../rule.ts";

export const bkc006: Rule = {
  id: "BKC006",
  aliases: ["ReservedStageName", "DL3063"],
  title: "No stage is called scratch or context",
  severity: "warning",
  why: "FROM scratch is the empty image and context is the build's folder, so a stage with that name cannot be relied on.",
  source: "https://docs.docker.com/reference/build-checks/reserved-stage-name/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS empty
`,
  bad: `FROM python:3.12-slim AS «scratch»
`,
  *check(file) {
    for (const { name, nameWord } of file.stages)
      if (nameWord && /^(?:scratch|context)$/i.test(name ?? ""))
        yield {
          at: nameWord,
          message: `The builder has a ${nameWord.text.toLowerCase()} of its own: give the stage another name.`,
        };
  },
};
