// DKF001: an install that would ask a question nobody answers.
import type { PackageInstall } from "../../image/buildFile.ts";
import { hasOption, packageInstalls } from "../../image/packageInstalls.ts";
import { insertAfter } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

/** hadolint has a rule for each tool but conda. */
const ALIASES: Readonly<Record<string, string>> = {
  apt: "DL3014",
  yum: "DL3030",
  zypper: "DL3034",
  dnf: "DL3038",
};

export const dkf001: Rule = {
  id: "DKF001",
  aliases: Object.values(ALIASES),
  cases: true,
  title: "An install in a build asks no questions",
  severity: "warning",
  why: "Nobody can answer during a build, so the tool gives up and the build fails as soon as it wants to install more than was named.",
  source: "https://docs.docker.com/build/building/best-practices/#apt-get",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
`,
  bad: `FROM ubuntu:24.04
RUN apt-get update && apt-get «install» git
`,
  *check(file) {
    for (const install of packageInstalls(file)) {
      const { tool, command, verb } = install;
      if (!(tool in ALIASES) && tool !== "conda") continue;
      if (answers(install) || command.command.before === "|" || /always[_-]yes|assume-?yes/i.test(file.text))
        continue;
      const alias = ALIASES[tool];
      yield {
        at: command.run.place(verb),
        message: `${command.program} asks before it installs, and nobody answers in a build: add -y.`,
        fixes: [{ title: "Add -y", edits: [insertAfter(command.run, verb, " -y")] }],
        aliases: alias === undefined ? [] : [alias],
      };
    }
  },
};

function answers(install: PackageInstall): boolean {
  const { tool, command, packages, options } = install;
  // An older microdnf has no questions.
  if (command.program === "microdnf") return true;
  if (tool === "conda" && command.args.some((word) => word.text === "env")) return true;
  if (tool === "zypper" && hasOption(install, "-n", "--non-interactive")) return true;
  if (packages.length === 0 && options.length === 0) return true;
  return options.some(
    ({ name }) =>
      /^--(?:yes|assume-?yes|no-confirm|non-interactive|dry-run|download-only|simulate|json|quiet=2)$/.test(
        name,
      ) || /^-[A-Za-z]*(?:y|qq)/.test(name),
  );
}
