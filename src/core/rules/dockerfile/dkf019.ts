// DKF019: a relative destination without a WORKDIR.
import { writtenSteps } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const dkf019: Rule = {
  id: "DKF019",
  aliases: ["DL3045"],
  title: "A relative destination has a WORKDIR before it",
  severity: "information",
  profile: "strict",
  why: "Without a WORKDIR the files land where the base image has its own, which is / for most and may change.",
  source: "https://docs.docker.com/reference/dockerfile/#copy",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
WORKDIR /app
COPY . .
`,
  bad: `FROM python:3.12-slim
COPY . «.»
`,
  *check(file) {
    for (const { step } of writtenSteps(file, "COPY", "ADD")) {
      const destination = step.values.at(-1);
      if (!destination || step.values.length < 2 || step.directory !== undefined) continue;
      if (/^(?:\/|[A-Za-z]:|\$)/.test(destination.text) || destination.word.text.includes("$")) continue;
      yield {
        at: destination.word,
        message: "Where this is depends on the base image: set a WORKDIR before, or write the whole path.",
      };
    }
  },
};
