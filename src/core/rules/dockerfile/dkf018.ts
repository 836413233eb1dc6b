// DKF018: an ENV that uses what the same ENV sets.
import { expand } from "../../syntax/dockerfileExpand.ts";
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf018: Rule = {
  id: "DKF018",
  aliases: ["DL3044"],
  title: "An ENV uses only what was set before it",
  severity: "warning",
  why: "All values of one ENV are worked out with the variables as they were before it, so this takes the old value.",
  source: "https://docs.docker.com/reference/dockerfile/#environment-replacement",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
ENV APP=/app
ENV MODELS=\${APP}/models
`,
  bad: `FROM python:3.12-slim
ENV APP=/srv
ENV APP=/app MODELS=«\${APP}/models»
`,
  *check(file) {
    for (const { stage, step, instruction } of writtenSteps(file, "ENV")) {
      const seen = new Set<string>();
      for (const { key, value } of instruction.pairs) {
        const used = value
          ? expand(value.text, () => undefined, { escape: file.escape }).unmatched
          : new Map<string, number>();
        for (const name of used.keys()) {
          // What was never set at all is said elsewhere.
          const unset = stage.base.known !== undefined && step.unset.some((one) => one.name === name);
          if (value && seen.has(name) && name !== key.text && !unset)
            yield {
              at: value,
              message: `${name.slice(0, 60)} has its old value here, as it is set by the same ENV: set it in an ENV of its own before.`,
            };
        }
        seen.add(key.text);
      }
    }
  },
};
