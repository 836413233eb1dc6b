// BKC019: a file to copy that .dockerignore keeps from the build.
import { type Dockerignore, parseDockerignore } from "../../image/dockerignore.ts";
import { cleanPath } from "../../image/pathPattern.ts";
import { heredocWord } from "../../syntax/dockerfileHeredocs.ts";
import type { Rule } from "../rule.ts";
import { stepsOf } from "../dockerfileSteps.ts";

const REMOTE = /^(?:https?|git|ssh|ftp):\/\/|^git@|^github\.com\//;

export const bkc019: Rule = {
  id: "BKC019",
  aliases: ["CopyIgnoredFile"],
  title: "What is copied is not ignored",
  severity: "warning",
  why: "What .dockerignore names is not sent to the builder, so the COPY fails or leaves the file out.",
  source: "https://docs.docker.com/reference/build-checks/copy-ignored-file/",
  appliesTo: "dockerfile",
  dockerignore: "data\n*.ckpt\n",
  good: `FROM python:3.12-slim
COPY src /app/src
`,
  bad: `FROM python:3.12-slim
COPY «data/train.csv» /data/
`,
  *check(file) {
    const ignore = parseDockerignore(file.dockerignore ?? "");
    // With exceptions a folder may be out and a file in it in, which cannot be told from here.
    if (ignore.rules.length === 0 || ignore.hasExceptions || ignore.problem) return;
    const everything = ignore.rules.some(({ text }) => /^(?:\*|\*\*|\*\*\/\*)$/.test(cleanPath(text)));
    for (const { step, instruction } of stepsOf(file, "COPY", "ADD")) {
      if (instruction.flags.some(({ name, value }) => name === "from" && value !== "")) continue;
      for (const { word, text, certain } of step.values.slice(0, -1)) {
        if (!certain || heredocWord(word.text) || REMOTE.test(text)) continue;
        const path = cleanPath(text);
        if ((path === "." || path === "/") && !everything) continue;
        if (!isIgnored(path, ignore)) continue;
        yield {
          at: step.triggered ? step.at : word,
          message: `${path.slice(0, 80)} is in .dockerignore, so the builder never sees it: take it out there, or do not copy it.`,
        };
      }
    }
  },
};

/** As the builder's check asks: with the slash that a source may start with, which no file of the context has. */
function isIgnored(path: string, { rules }: Dockerignore): boolean {
  const parts = path.split("/");
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return rules.some(({ pattern }) => paths.some((one) => pattern.matches(one)));
}
