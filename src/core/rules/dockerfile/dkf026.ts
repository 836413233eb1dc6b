// DKF026: a pipe whose first part may fail unseen.
import type { RunScript } from "../../image/buildFile.ts";
import type { Rule } from "../rule.ts";

export const dkf026: Rule = {
  id: "DKF026",
  aliases: ["DL4006"],
  title: "A pipe in RUN has pipefail",
  severity: "information",
  profile: "strict",
  why: "A shell looks only at the last program of a pipe: when the download before it fails, the RUN is a success and the image is broken.",
  source: "https://docs.docker.com/build/building/best-practices/#using-pipes",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
`,
  bad: `FROM ubuntu:24.04
RUN «curl» -fsSL https://example.com/a.tar.gz | tar -xz
`,
  *check(file) {
    for (const run of file.runs) {
      if (run.shellOptions.some((option) => /pipefail/.test(option)) || setsPipefail(run)) continue;
      const piped = run.commands.find(
        ({ command, program }) =>
          /^\|&?$/.test(command.after) &&
          !command.nested &&
          !command.inside &&
          !/^(?:yes|echo|printf|cat)$/.test(program),
      );
      if (!piped?.programWord) continue;
      yield {
        at: run.place(piped.programWord),
        message: `When ${piped.program.slice(0, 40)} fails here, the RUN is a success all the same: run it with pipefail.`,
      };
    }
  },
};

function setsPipefail(run: RunScript): boolean {
  return run.commands.some(
    ({ program, args }) => program === "set" && args.some((word) => word.text === "pipefail"),
  );
}
