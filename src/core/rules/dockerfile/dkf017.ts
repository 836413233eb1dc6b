// DKF017: a stage copies from itself or from a stage that comes later.
import { sourcesOf } from "../dockerfileSources.ts";
import type { Rule } from "../rule.ts";

export const dkf017: Rule = {
  id: "DKF017",
  aliases: ["DL3023"],
  title: "A stage copies from stages above it",
  severity: "error",
  why: "The builder refuses a stage that needs itself, or one that comes after it.",
  source: "https://docs.docker.com/reference/dockerfile/#copy---from",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS build
FROM python:3.12-slim AS serve
COPY --from=build /wheels /wheels
`,
  bad: `FROM python:3.12-slim AS serve
COPY --from=«serve» /wheels /wheels
`,
  *check(file) {
    for (const { name, at, refused } of sourcesOf(file)) {
      if (refused === "itself")
        yield { at, message: `${name.slice(0, 60)} is this stage itself: copy from another one.` };
      if (refused === "later")
        yield { at, message: `The stage ${name.slice(0, 60)} comes later: move it above this one.` };
    }
  },
};
