// DKF036: conda activate where conda has no shell function.
import type { RunCommand, RunScript } from "../../image/buildFile.ts";
import type { Rule } from "../rule.ts";

export const dkf036: Rule = {
  id: "DKF036",
  title: "conda activate stands behind conda's shell hook",
  severity: "warning",
  why: "conda activate is a function that conda's hook puts into an interactive shell. In a RUN it ends with: Run 'conda init' before 'conda activate'.",
  source: "https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/activation.html",
  appliesTo: "dockerfile",
  good: `FROM condaforge/miniforge3:25.3.1-0
RUN conda run -n train pip check
`,
  bad: `FROM condaforge/miniforge3:25.3.1-0
RUN «conda activate» train && pip check
`,
  *check(file) {
    for (const run of file.runs) {
      // A login or interactive shell reads what conda init wrote.
      if (run.shellOptions.some((option) => /^-[a-z]*[li]|^--login$/.test(option))) continue;
      // Its RUNs start with the environment on.
      if (/mambaorg\//.test(run.stage.base.image)) continue;
      for (const [index, command] of run.commands.entries()) {
        const [verb] = command.args;
        if (
          !/^(?:conda|mamba|micromamba)$/.test(command.program) ||
          verb?.text !== "activate" ||
          !command.programWord
        )
          continue;
        if (hooked(run, index)) continue;
        yield {
          at: run.place({ start: command.programWord.start, end: verb.end }),
          message: `${command.program} activate fails in a RUN: use ${command.program} run -n NAME, or put the environment's bin folder first in PATH with ENV.`,
        };
      }
    }
  },
};

function hooked(run: RunScript, before: number): boolean {
  const hooks = ({ program, args }: RunCommand) =>
    ((program === "source" || program === ".") && args[0] !== undefined) ||
    (program === "eval" && args.some((word) => /hook/.test(word.text)));
  return run.commands.slice(0, before).some(hooks) || /BASH_ENV/.test(run.step.instruction.line.joined.text);
}
