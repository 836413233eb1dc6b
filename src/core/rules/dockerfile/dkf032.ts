// DKF032: ONBUILD with an instruction that may not follow it.
import type { Rule } from "../rule.ts";

export const dkf032: Rule = {
  id: "DKF032",
  aliases: ["DL3043"],
  title: "ONBUILD is followed by what a stage may hold",
  severity: "error",
  why: "The builder refuses FROM, MAINTAINER and a second ONBUILD there.",
  source: "https://docs.docker.com/reference/dockerfile/#onbuild",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
ONBUILD COPY requirements.txt /app/
`,
  bad: `FROM python:3.12-slim
ONBUILD «FROM» python:3.12
`,
  *check(file) {
    for (const { trigger } of file.instructions)
      if (trigger && /^(?:FROM|MAINTAINER|ONBUILD)$/.test(trigger.keyword))
        yield { at: trigger.keywordSpan, message: `${trigger.keyword} may not follow ONBUILD.` };
  },
};
