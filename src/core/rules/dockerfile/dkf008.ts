// DKF008: cd at the start of a RUN.
import type { Rule } from "../rule.ts";

export const dkf008: Rule = {
  id: "DKF008",
  aliases: ["DL3003"],
  title: "WORKDIR changes the directory",
  severity: "information",
  profile: "strict",
  why: "WORKDIR is seen at a glance and holds for everything after it; cd holds to the end of its RUN.",
  source: "https://docs.docker.com/build/building/best-practices/#workdir",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
WORKDIR /src
RUN make
`,
  bad: `FROM python:3.12-slim
RUN «cd /src» && make
`,
  *check(file) {
    for (const run of file.runs) {
      const [first, second] = run.commands;
      if (first?.program !== "cd" || !second || first.command.inside || !first.args[0]?.text.startsWith("/"))
        continue;
      yield { at: run.place(first.command), message: "Put a WORKDIR before this RUN instead of cd." };
    }
  },
};
