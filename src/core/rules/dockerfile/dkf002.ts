// DKF002: packages of the system without a version.
import { isFileOrAddress, packageInstalls } from "../../image/packageInstalls.ts";
import type { Rule } from "../rule.ts";

const ALIASES: Readonly<Record<string, string>> = {
  apt: "DL3008",
  apk: "DL3018",
  yum: "DL3033",
  zypper: "DL3037",
  dnf: "DL3041",
};

export const dkf002: Rule = {
  id: "DKF002",
  aliases: Object.values(ALIASES),
  cases: true,
  title: "System packages have a version",
  severity: "information",
  profile: "strict",
  why: "The same file gives another image next month. The other side: distributions take old versions away, so a pinned version makes the build fail one day.",
  source: "https://docs.docker.com/build/building/best-practices/#version-pinning",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y git=1:2.43.* && rm -rf /var/lib/apt/lists/*
`,
  bad: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y «git» curl && rm -rf /var/lib/apt/lists/*
`,
  *check(file) {
    for (const { tool, command, packages } of packageInstalls(file)) {
      const alias = ALIASES[tool];
      if (alias === undefined) continue;
      // A variable may hold the version, and a group has none.
      const open = packages.filter(
        (one) =>
          one.version === "" &&
          one.word.expansions.length === 0 &&
          !/^@|[*+-]$/.test(one.name) &&
          !isFileOrAddress(one),
      );
      const [first, ...others] = open;
      if (!first) continue;
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      yield {
        at: command.run.place(first.word),
        message: `${first.name.slice(0, 40)}${more} will be installed in whatever version there is that day.`,
        aliases: [alias],
      };
    }
  },
};
