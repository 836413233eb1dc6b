// DKF033: a RUN whose effect ends with it.
import type { RunCommand, RunScript } from "../../image/buildFile.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const dkf033: Rule = {
  id: "DKF033",
  title: "What a RUN sets is not needed after it",
  severity: "warning",
  why: "Each RUN is a shell of its own: variables, the directory and an activated environment are gone when it ends, and the next RUN and the container do not have them.",
  source: "https://docs.docker.com/reference/dockerfile/#run",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
ENV HF_HOME=/models
ENV PATH=/opt/venv/bin:$PATH
`,
  bad: `FROM python:3.12-slim
RUN «export HF_HOME=/models»
`,
  *check(file) {
    for (const run of file.runs) {
      const last = run.commands.at(-1);
      if (!last || last.command.inside || last.command.nested || run.script.broken) continue;
      const what = setting(last);
      if (what === undefined) continue;
      yield { at: run.place(last.command), message: what, fixes: fixesOf(run, last) };
    }
  },
};

function setting({ program, args }: RunCommand): string | undefined {
  const [first] = args;
  if (program === "export" && first) return "The variable is gone when this RUN ends: set it with ENV.";
  if (program === "cd") return "The directory is the old one again when this RUN ends: set it with WORKDIR.";
  if (program === "conda" && first?.text === "activate")
    return "The environment is left again when this RUN ends: put its bin folder first in PATH with ENV, or use conda run.";
  if ((program === "source" || program === ".") && /\bactivate$/.test(first?.text ?? ""))
    return "The environment is left again when this RUN ends: put its bin folder first in PATH with ENV.";
  return undefined;
}

/** Only where the RUN does nothing else. */
function fixesOf(run: RunScript, { program, args, command }: RunCommand): ProblemFix[] {
  const { instruction } = run.step;
  const [word, ...more] = args;
  const whole =
    run.commands.length === 1 && instruction.flags.length === 0 && instruction.heredocs.length === 0;
  if (!whole || !word || more.length > 0 || command.assignments.length > 0 || instruction.json) return [];
  const at = { start: instruction.start, end: instruction.end };
  const lower = instruction.written === "run";
  if (program === "export" && /^\w+=[\w./:@%+,-]*$/.test(word.text) && !word.quoted)
    return [{ title: "Change to ENV", edits: [{ ...at, text: `${lower ? "env" : "ENV"} ${word.text}` }] }];
  if (program === "cd" && /^\/[\w./-]*$/.test(word.text) && !word.quoted)
    return [
      {
        title: "Change to WORKDIR",
        edits: [{ ...at, text: `${lower ? "workdir" : "WORKDIR"} ${word.text}` }],
      },
    ];
  return [];
}
