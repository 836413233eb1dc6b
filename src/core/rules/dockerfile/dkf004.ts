// DKF004: what a package tool keeps for later stays in the image.
import type { PackageInstall, RunScript } from "../../image/buildFile.ts";
import { hasOption } from "../../image/packageInstalls.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import { appendToRun, insertAfter } from "../dockerfileEdits.ts";
import type { Rule } from "../rule.ts";

interface Leftover {
  readonly alias: string;
  /** In a command of the same RUN. */
  readonly cleaned: RegExp;
  readonly mount: RegExp;
  readonly advice: string;
}

const LEFTOVERS: Readonly<Record<string, Leftover>> = {
  apt: {
    alias: "DL3009",
    cleaned: /rm\s.*\/var\/lib\/apt|apt(?:-get)?\s+dist-?clean/,
    mount: /target=\/var\/(?:lib|cache)\/apt|target=\/var\/lib\b/,
    advice: "rm -rf /var/lib/apt/lists/*",
  },
  apk: {
    alias: "DL3019",
    cleaned: /rm\s.*\/var\/cache\/apk/,
    mount: /target=\/(?:var\/cache|etc)\/apk/,
    advice: "apk add --no-cache",
  },
  yum: {
    alias: "DL3032",
    cleaned: /yum\s.*clean|rm\s.*\/var\/cache\/(?:yum|\*)/,
    mount: /target=\/var\/cache/,
    advice: "yum clean all",
  },
  dnf: {
    alias: "DL3040",
    cleaned: /dnf5?\s.*clean|rm\s.*\/var\/cache\/(?:lib)?(?:dnf|yum|\*)/,
    mount: /target=\/var\/cache/,
    advice: "dnf clean all",
  },
  zypper: {
    alias: "DL3036",
    cleaned: /zypper\s.*(?:clean|cc)\b|rm\s.*\/var\/cache\/zypp/,
    mount: /target=\/var\/cache/,
    advice: "zypper clean --all",
  },
  yarn: {
    alias: "DL3060",
    cleaned: /yarn\s+cache\s+clean|rm\s.*yarn/,
    mount: /yarn/,
    advice: "yarn cache clean",
  },
};

export const dkf004: Rule = {
  id: "DKF004",
  aliases: Object.values(LEFTOVERS).map(({ alias }) => alias),
  cases: true,
  title: "What a package tool keeps for later is removed in the same RUN",
  severity: "information",
  profile: "strict",
  why: "Lists and caches of packages are 20 to 100 MB that nothing in the image uses. Removed in a later RUN, they are still in the layer below.",
  source: "https://docs.docker.com/build/building/best-practices/#apt-get",
  appliesTo: "dockerfile",
  good: `FROM ubuntu:24.04
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
`,
  bad: `FROM ubuntu:24.04
RUN apt-get update && apt-get «install» -y git
`,
  *check(file) {
    for (const run of file.runs) {
      if (!run.stage.shipped) continue;
      const seen = new Set<string>();
      for (const command of run.commands) {
        const { install } = command;
        const leftover = install && LEFTOVERS[install.tool];
        if (!leftover || seen.has(install.tool) || isClean(run, install, leftover)) continue;
        seen.add(install.tool);
        yield {
          at: run.place(install.verb),
          message: `What ${command.program} downloads for later stays in this layer: ${leftover.advice} in the same RUN leaves it out.`,
          fixes: fixesOf(run, install, leftover),
          aliases: [leftover.alias],
        };
      }
    }
  },
};

function isClean(run: RunScript, install: PackageInstall, { cleaned, mount }: Leftover): boolean {
  if (install.tool === "apk" && hasOption(install, "--no-cache")) return true;
  const { flags, rest } = run.step.instruction;
  if (flags.some(({ name, value = "" }) => name === "mount" && mount.test(value))) return true;
  if (cleaned.test(rest.text)) return true;
  return run.commands.some(({ command }) => cleaned.test(command.words.map((word) => word.text).join(" ")));
}

function fixesOf(run: RunScript, install: PackageInstall, { advice }: Leftover): ProblemFix[] {
  if (install.tool === "apk")
    return [{ title: "Add --no-cache", edits: [insertAfter(run, install.verb, " --no-cache")] }];
  const edit = appendToRun(run, ` && ${advice}`);
  return edit ? [{ title: `Add ${advice}`, edits: [edit] }] : [];
}
