// DKF031: a cd whose failure nobody heeds.
import type { Rule } from "../rule.ts";

export const dkf031: Rule = {
  id: "DKF031",
  aliases: ["SC2164"],
  title: "What follows cd runs only where cd led",
  severity: "information",
  profile: "strict",
  why: "When cd fails, what follows runs in the directory before, and may delete or overwrite what lies there.",
  source: "https://www.shellcheck.net/wiki/SC2164",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN mkdir /build && cd /build && make
`,
  bad: `FROM ubuntu:24.04
RUN mkdir /build; «cd /build»; make
`,
  *check(file) {
    for (const run of file.runs) {
      const stops = run.commands.some(
        ({ program, args }) => program === "set" && args.some((word) => /^-[a-z]*e/.test(word.text)),
      );
      if (stops || run.shellOptions.some((option) => /^-[a-z]*e/.test(option))) continue;
      for (const { program, command } of run.commands)
        if (program === "cd" && (command.after === ";" || command.after === "\n") && command.before !== "||")
          yield {
            at: run.place(command),
            message: "When cd fails, what follows runs all the same: join them by &&.",
          };
    }
  },
};
