// BKC010: a relative WORKDIR that hangs on the base image.
import type { BuildStage } from "../../image/buildFile.ts";
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

export const bkc010: Rule = {
  id: "BKC010",
  aliases: ["WorkdirRelativePath", "DL3000"],
  title: "The first WORKDIR is an absolute path",
  severity: "warning",
  why: "A relative path goes on from the base image's working directory, which another tag of it may change; then files land somewhere else.",
  source: "https://docs.docker.com/reference/build-checks/workdir-relative-path/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
WORKDIR /app
WORKDIR src
`,
  bad: `FROM python:3.12-slim
WORKDIR «app»
`,
  *check(file) {
    for (const { stage, step, instruction } of stepsOf(file, "WORKDIR")) {
      const [value] = step.values;
      if (!value || step.directory !== undefined || value.text.startsWith("/")) continue;
      if (/^[A-Za-z]:/.test(value.text) && isWindows(stage, file.escape)) continue;
      // It may start with what a variable of the base image holds.
      if (!value.certain && value.word.text.trimStart().replace(/^["']/, "").startsWith("$")) continue;
      const { rest } = instruction;
      const simple = !step.triggered && /^[\w.-][\w./-]*$/.test(rest.text);
      yield {
        at: step.triggered ? step.at : rest,
        message:
          "This directory hangs on the base image's own working directory: start the path with a slash.",
        fixes: simple
          ? [{ title: `Change to /${rest.text}`, edits: [{ start: rest.start, end: rest.start, text: "/" }] }]
          : [],
      };
    }
  },
};

function isWindows({ base }: BuildStage, escape: string): boolean {
  return /windows|nanoserver|servercore/.test(base.image) || (escape === "`" && base.known === undefined);
}
