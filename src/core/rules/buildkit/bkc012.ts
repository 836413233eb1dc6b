// BKC012: a CMD, ENTRYPOINT or HEALTHCHECK that a later one replaces.
import type { Step } from "../../image/buildFile.ts";
import type { Rule } from "../rule.ts";

/** hadolint has a rule for each. */
const ALIASES: Readonly<Record<string, string>> = {
  CMD: "DL4003",
  ENTRYPOINT: "DL4004",
  HEALTHCHECK: "DL3012",
};

export const bkc012: Rule = {
  id: "BKC012",
  aliases: ["MultipleInstructionsDisallowed", ...Object.values(ALIASES)],
  cases: true,
  title: "A stage has one CMD, one ENTRYPOINT and one HEALTHCHECK",
  severity: "warning",
  why: "Only the last one counts, so what the first one says never happens.",
  source: "https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
CMD ["python", "serve.py"]
`,
  bad: `FROM python:3.12-slim
«CMD» ["python", "train.py"]
CMD ["python", "serve.py"]
`,
  *check(file) {
    for (const stage of file.stages) {
      const last = new Map<string, Step>();
      for (const step of stage.steps) {
        const { keyword } = step.instruction;
        const alias = ALIASES[keyword];
        if (alias === undefined) continue;
        const before = last.get(keyword);
        last.set(keyword, step);
        if (!before) continue;
        yield {
          at: before.at,
          message: `A later ${keyword} of this stage replaces this one: only the last one counts.`,
          aliases: ["MultipleInstructionsDisallowed", alias],
        };
      }
    }
  },
};
