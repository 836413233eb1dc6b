// DKF009: sudo in a build.
import type { RunCommand } from "../../image/buildFile.ts";
import { packageInstalls } from "../../image/packageInstalls.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const dkf009: Rule = {
  id: "DKF009",
  aliases: ["DL3004"],
  title: "A build that runs as root needs no sudo",
  severity: "warning",
  why: "Official images have no sudo, so the RUN ends with sudo: not found; and where no USER came before, it is root that runs it.",
  source: "https://docs.docker.com/build/building/best-practices/#user",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
`,
  bad: `FROM ubuntu:24.04
RUN «sudo» apt-get update
`,
  *check(file) {
    const installed = packageInstalls(file).some(({ packages }) =>
      packages.some(({ name }) => name === "sudo"),
    );
    // Other images may have both sudo and a user who needs it.
    const users = file.stages.some((stage) =>
      stage.steps.some((step) => step.instruction.keyword === "USER"),
    );
    if (users) return;
    for (const run of file.runs) {
      if (!run.stage.base.known) continue;
      for (const command of run.commands) {
        const sudo = command.wrappers.find((word) => /(?:^|\/)sudo$/.test(word.text));
        if (!sudo) continue;
        yield {
          at: run.place(sudo),
          ...(installed ? { severity: "information" as const } : {}),
          message: installed
            ? "It is root who runs this, so sudo changes nothing: leave it out."
            : "This image has no sudo, and it is root who runs this: leave it out.",
          fixes: fixesOf(command, sudo),
        };
      }
    }
  },
};

function fixesOf(
  { run, wrappers, programWord }: RunCommand,
  sudo: RunCommand["wrappers"][number],
): ProblemFix[] {
  const next = wrappers[wrappers.indexOf(sudo) + 1] ?? programWord;
  if (!next || next.text.startsWith("-") || /=/.test(next.text)) return [];
  return [
    { title: "Remove sudo", edits: [{ start: run.place(sudo).start, end: run.place(next).start, text: "" }] },
  ];
}
