// DKF034: apt-get update in a RUN of its own.
import type { Rule } from "../rule.ts";

export const dkf034: Rule = {
  id: "DKF034",
  title: "apt-get update stands in the RUN that installs",
  severity: "warning",
  why: "The builder keeps the lists of the day when the RUN first ran. Weeks later a new install asks for packages that are no longer there, and ends with 404 Not Found.",
  source: "https://docs.docker.com/build/building/best-practices/#apt-get",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
`,
  bad: `FROM ubuntu:24.04
RUN «apt-get update»
RUN apt-get install -y git
`,
  *check(file) {
    for (const run of file.runs) {
      const update = run.commands.find(
        ({ program, args }) => /^apt(?:-get)?$/.test(program) && args.some((word) => word.text === "update"),
      );
      if (!update || run.commands.some((one) => /^apt(?:-get)?$/.test(one.program) && one !== update))
        continue;
      const { step, stage } = run;
      const later = file.runs.filter((other) => other.stage === stage && other.step.number > step.number);
      const next = later.find((other) =>
        other.commands.some(({ program }) => /^apt(?:-get)?$/.test(program)),
      );
      const updates = next?.commands.some(
        ({ args, program }) => program.startsWith("apt") && args[0]?.text === "update",
      );
      if (!next || updates || !next.commands.some((one) => one.install?.tool === "apt")) continue;
      yield {
        at: run.place(update.command),
        message:
          "Run apt-get update and apt-get install in one RUN: kept apart, the lists are old when the install changes.",
      };
    }
  },
};
