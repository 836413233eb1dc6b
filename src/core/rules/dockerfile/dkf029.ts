// DKF029: words of bash in a RUN that bash does not read.
import type { RunCommand, RunScript } from "../../image/buildFile.ts";
import { shellOf } from "../../image/knownImages.ts";
import type { ShellFeature } from "../../syntax/shellTree.ts";
import type { Problem, ProblemFix } from "../../syntax/problem.ts";
import { lineBefore } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

/** ShellCheck's number for each. */
const FEATURES: Readonly<Record<string, string>> = {
  "[[": "SC3010",
  "((": "SC3006",
  "&>": "SC3020",
  "<(": "SC3001",
  "<<<": "SC3011",
  "|&": "SC3029",
  "$'": "SC3003",
  "+=": "SC3024",
  array: "SC3030",
  function: "SC2112",
  select: "SC3008",
};
const PROGRAMS: Readonly<Record<string, string>> = {
  source: "SC3046",
  pushd: "SC3044",
  popd: "SC3044",
  shopt: "SC3044",
  declare: "SC3044",
};
/** busybox's shell knows many of them, in most builds. */
const NOT_IN_ASH = new Set(["array", "<(", "select", "pushd", "popd", "shopt"]);

export const dkf029: Rule = {
  id: "DKF029",
  aliases: Array.from(new Set([...Object.values(FEATURES), ...Object.values(PROGRAMS)])),
  cases: true,
  title: "RUN uses only what its shell knows",
  severity: "warning",
  why: "RUN is read by /bin/sh, which is dash on Debian and Ubuntu: it ends with source: not found or a syntax error, or takes the words for something else.",
  source: "https://docs.docker.com/reference/dockerfile/#shell",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
RUN . /opt/venv/bin/activate && python -m compileall /app
`,
  bad: `FROM python:3.12-slim
RUN «source» /opt/venv/bin/activate && python -m compileall /app
`,
  *check(file) {
    for (const run of file.runs) {
      const shell = run.shell === "sh" ? shellOf(run.stage.base.image) : undefined;
      if (shell !== "dash" && shell !== "ash") continue;
      const knows = (name: string) => shell === "ash" && !NOT_IN_ASH.has(name);
      for (const command of run.commands) {
        const alias = Object.hasOwn(PROGRAMS, command.program) ? PROGRAMS[command.program] : undefined;
        if (alias !== undefined && !knows(command.program))
          yield ofProgram(run, command, shell, alias, file.text);
      }
      for (const feature of run.script.features) {
        const alias = FEATURES[feature.name];
        if (alias === undefined || knows(feature.name)) continue;
        yield {
          at: run.place(feature),
          message: `${said(feature)} is not known to ${shell}, which is /bin/sh in this image: choose bash with the instruction SHELL.`,
          fixes: useBash(run, file.text),
          aliases: [alias],
        };
      }
    }
  },
};

function said({ name }: ShellFeature): string {
  return name === "array" ? "An array" : name;
}

function ofProgram(run: RunScript, command: RunCommand, shell: string, alias: string, text: string): Problem {
  const { program, programWord } = command;
  const at = run.place(programWord ?? command.command);
  const dot =
    program === "source"
      ? " Write a dot instead, or choose bash with the instruction SHELL."
      : " Choose bash with the instruction SHELL.";
  return {
    at,
    message: `${program} is not known to ${shell}, which is /bin/sh in this image, so the RUN fails here.${dot}`,
    fixes: [
      ...(program === "source" ? [{ title: "Change to a dot", edits: [{ ...at, text: "." }] }] : []),
      ...useBash(run, text),
    ],
    aliases: [alias],
  };
}

/** Only for what RUN itself reads: `sh -c` names its shell. */
function useBash(run: RunScript, text: string): ProblemFix[] {
  const { instruction, shell } = run.step;
  if (
    shell !== undefined ||
    instruction.json ||
    run.shellOptions.join() !== "-c" ||
    shellOf(run.stage.base.image) !== "dash"
  )
    return [];
  const word = instruction.written === "run" ? "shell" : "SHELL";
  return [
    {
      title: "Run this and what follows with bash",
      edits: [lineBefore(text, instruction.start, `${word} ["/bin/bash", "-c"]`)],
    },
  ];
}
