// DKF030: values that the shell splits at spaces.
import type { Rule } from "../rule.ts";

/** Never hold spaces. */
const SINGLE = /^[?#$!0-9-]$/;

export const dkf030: Rule = {
  id: "DKF030",
  aliases: ["SC2086", "SC2046"],
  cases: true,
  title: "Variables and commands in words are quoted",
  severity: "information",
  profile: "strict",
  why: "Without quotes a value with spaces becomes several words, one with * a list of files, and an empty one no word at all.",
  source: "https://www.shellcheck.net/wiki/SC2086",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
ARG MODEL
RUN python download.py "$MODEL"
`,
  bad: `FROM python:3.12-slim
ARG MODEL
RUN python download.py «$MODEL»
`,
  *check(file) {
    for (const run of file.runs) {
      for (const { command, program } of run.commands) {
        // Their values are not split, or are meant to be.
        if (/^(?:export|readonly|local|declare|typeset|eval|exit|return|shift)$/.test(program)) continue;
        for (const word of command.words) {
          for (const expansion of word.expansions) {
            const { kind, name, quoted, start, end } = expansion;
            if (
              quoted ||
              kind === "arithmetic" ||
              (kind === "variable" && (SINGLE.test(name) || name === ""))
            )
              continue;
            const at = run.place(expansion);
            const written = file.text.slice(at.start, at.end);
            const whole =
              !word.quoted &&
              word.expansions.length === 1 &&
              written.length === end - start &&
              !written.includes('"');
            yield {
              at,
              message:
                "The shell splits this value at spaces: put double quotes around it, unless that is meant.",
              fixes: whole
                ? [{ title: "Put quotes around it", edits: [{ ...at, text: `"${written}"` }] }]
                : [],
              aliases: [kind === "command" ? "SC2046" : "SC2086"],
            };
          }
        }
      }
    }
  },
};
