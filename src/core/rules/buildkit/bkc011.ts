// BKC011: a variable that no ARG or ENV sets.
import type { BuildFile, BuildStage, Step, Unset } from "../../image/buildFile.ts";
import { nearest } from "../../syntax/nearest.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import { plainNames } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const bkc011: Rule = {
  id: "BKC011",
  aliases: ["UndefinedVar"],
  title: "Variables are set before they are used",
  severity: "warning",
  why: "A variable that is not set is empty, so a path or version is another than the one meant. An ARG before the first FROM is not known inside a stage until ARG names it again there.",
  source: "https://docs.docker.com/reference/build-checks/undefined-var/",
  appliesTo: "dockerfile",
  good: `ARG MODEL=small
FROM python:3.12-slim
ARG MODEL
COPY models/\${MODEL} /models/
`,
  bad: `ARG MODEL=small
FROM python:3.12-slim
COPY models/«\${MODEL}» /models/
`,
  *check(file) {
    for (const stage of file.stages) {
      if (!stage.steps.some((step) => step.unset.length > 0)) continue;
      const names = new Set(plainNames(stage.variables.names()));
      // Near to too many names.
      names.delete("PATH");
      for (const step of stage.steps) {
        for (const unset of step.unset) {
          const global = file.globals.declared.has(unset.name);
          const meant = nearest(
            unset.name,
            Array.from(names).filter((name) => name !== unset.name),
          );
          // The base image may set it; then only what looks like a mistake is said.
          if (!stage.base.known && !global && meant === undefined) continue;
          yield {
            at: unset.at,
            message: messageOf(unset.name, global, meant),
            ...(stage.base.known || global ? {} : { severity: "information" as const }),
            fixes: step.triggered ? [] : fixesOf(file, stage, step, unset, global ? undefined : meant),
          };
        }
      }
    }
  },
};

function messageOf(name: string, global: boolean, meant: string | undefined): string {
  const shown = name.slice(0, 60);
  if (global)
    return `The ARG ${shown} before the first FROM is not known in this stage: repeat ARG ${shown} after the FROM. Here it is empty.`;
  return `Nothing sets ${shown} before, so it is empty here${meant === undefined ? "." : `; did you mean ${meant}?`}`;
}

function fixesOf(
  file: BuildFile,
  stage: BuildStage,
  step: Step,
  { name, at }: Unset,
  meant: string | undefined,
): ProblemFix[] {
  const written = file.text.slice(at.start, at.end);
  if (file.globals.declared.has(name)) {
    const { end } = stage.from;
    const eol = file.text.includes("\r\n") ? "\r\n" : "\n";
    const arg = stage.from.written === "from" ? "arg" : "ARG";
    return [
      { title: `Add ARG ${name} to the stage`, edits: [{ start: end, end, text: `${eol}${arg} ${name}` }] },
    ];
  }
  const exact = written === `$${name}` || written === `\${${name}}`;
  if (meant === undefined || !exact || step.instruction.json) return [];
  return [{ title: `Change to ${meant}`, edits: [{ ...at, text: `\${${meant}}` }] }];
}
