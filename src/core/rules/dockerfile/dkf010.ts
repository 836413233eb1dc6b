// DKF010: apt in a script.
import type { Rule } from "../rule.ts";

export const dkf010: Rule = {
  id: "DKF010",
  aliases: ["DL3027"],
  title: "Scripts use apt-get, not apt",
  severity: "information",
  profile: "strict",
  why: "apt is for people: it warns that its options and output may change at any time.",
  source:
    "https://manpages.debian.org/stable/apt/apt.8.en.html#SCRIPT_USAGE_AND_DIFFERENCES_FROM_OTHER_APT_TOOLS",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update
`,
  bad: `FROM ubuntu:24.04
RUN «apt» update
`,
  *check(file) {
    for (const run of file.runs) {
      for (const { program, programWord, args } of run.commands) {
        if (program !== "apt" || !programWord || programWord.text !== "apt") continue;
        const at = run.place(programWord);
        const same = args.some((word) =>
          /^(?:install|update|upgrade|remove|purge|autoremove|clean|autoclean)$/.test(word.text),
        );
        yield {
          at,
          message: "apt is made for people, not for scripts: use apt-get.",
          fixes: same ? [{ title: "Change to apt-get", edits: [{ ...at, text: "apt-get" }] }] : [],
        };
      }
    }
  },
};
