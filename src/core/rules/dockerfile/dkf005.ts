// DKF005: apt-get install with everything that is only recommended.
import { hasOption, packageInstalls } from "../../image/packageInstalls.ts";
import { insertAfter } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

export const dkf005: Rule = {
  id: "DKF005",
  aliases: ["DL3015"],
  title: "apt-get installs only what is needed",
  severity: "information",
  profile: "strict",
  why: "Debian and Ubuntu install recommended packages too, which can be hundreds of megabytes of documentation and desktop tools.",
  source: "https://docs.docker.com/build/building/best-practices/#apt-get",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
`,
  bad: `FROM ubuntu:24.04
RUN apt-get update && apt-get «install» -y git && rm -rf /var/lib/apt/lists/*
`,
  *check(file) {
    if (/install-recommends\W+(?:0|false)/i.test(file.text)) return;
    for (const install of packageInstalls(file)) {
      const { tool, command, verb } = install;
      if (tool !== "apt" || hasOption(install, "--no-install-recommends")) continue;
      yield {
        at: command.run.place(verb),
        message: "Recommended packages are installed too: --no-install-recommends leaves them out.",
        fixes: [
          {
            title: "Add --no-install-recommends",
            edits: [insertAfter(command.run, verb, " --no-install-recommends")],
          },
        ],
      };
    }
  },
};
