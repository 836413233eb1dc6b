// DKF025: /bin/sh that is made another shell.
import type { Rule } from "../rule.ts";

export const dkf025: Rule = {
  id: "DKF025",
  aliases: ["DL4005"],
  title: "SHELL changes the shell",
  severity: "information",
  profile: "strict",
  why: "A link over /bin/sh changes every script of the image, and the next update of the package takes it back.",
  source: "https://docs.docker.com/reference/dockerfile/#shell",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
SHELL ["/bin/bash", "-c"]
`,
  bad: `FROM ubuntu:24.04
RUN «ln» -sf /bin/bash /bin/sh
`,
  *check(file) {
    for (const run of file.runs)
      for (const { program, programWord, args } of run.commands)
        if (program === "ln" && programWord && args.at(-1)?.text === "/bin/sh")
          yield {
            at: run.place(programWord),
            message: "Use the instruction SHELL instead of a link over /bin/sh.",
          };
  },
};
