// DKF035: a RUN that uses an ARG from before the first FROM.
import type { BuildStage, RunScript } from "../../image/buildFile.ts";
import { lineAfterFrom } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

export const dkf035: Rule = {
  id: "DKF035",
  title: "A RUN uses ARGs of its own stage",
  severity: "warning",
  why: "An ARG before the first FROM is known only to FROM. In a RUN it is empty, and pip install torch==$TORCH fails or installs something else.",
  source: "https://docs.docker.com/reference/dockerfile/#scope",
  appliesTo: "dockerfile",
  good: `ARG TORCH=2.14.0
FROM python:3.12-slim
ARG TORCH
RUN pip install --no-cache-dir torch==$TORCH
`,
  bad: `ARG TORCH=2.14.0
FROM python:3.12-slim
RUN pip install --no-cache-dir torch==«$TORCH»
`,
  *check(file) {
    for (const run of file.runs) {
      const told = new Set<string>();
      for (const { command } of run.commands) {
        for (const word of [...command.words, ...command.assignments]) {
          for (const expansion of word.expansions) {
            const { name, kind } = expansion;
            if (kind !== "variable" || !file.globals.declared.has(name) || told.has(name)) continue;
            if (isKnown(run, run.stage, name)) continue;
            const at = run.place(expansion);
            // ${NAME:-other} says itself what an empty one means.
            if (/^\$\{\w+:?[-+=?]/.test(file.text.slice(at.start, at.end))) continue;
            told.add(name);
            const arg = run.stage.from.written === "from" ? "arg" : "ARG";
            yield {
              at,
              message: `The ARG ${name} before the first FROM is not known in this stage, so it is empty here: repeat ARG ${name} after the FROM.`,
              fixes: [
                {
                  title: `Add ARG ${name} to the stage`,
                  edits: [lineAfterFrom(file.text, run.stage, `${arg} ${name}`)],
                },
              ],
            };
          }
        }
      }
    }
  },
};

/** Set in the stage or in the script itself, by whatever means. */
function isKnown(run: RunScript, { variables }: BuildStage, name: string): boolean {
  const { step } = run;
  if (variables.get(name, step.number) !== undefined || variables.isDeclared(name, step.number)) return true;
  if (step.instruction.flags.some(({ value = "" }) => value.includes(`env=${name}`))) return true;
  return new RegExp(`\\b${name}=|\\bfor\\s+${name}\\b|\\bread\\b[^;&|]*\\b${name}\\b`).test(
    step.instruction.rest.text,
  );
}
