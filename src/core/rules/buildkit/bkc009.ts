// BKC009: a variable in FROM that no ARG before the first FROM declares.
import { nearest } from "../../syntax/nearest.ts";
import { plainNames } from "../dockerfileSteps.ts";
import type { Rule } from "../rule.ts";

export const bkc009: Rule = {
  id: "BKC009",
  aliases: ["UndefinedArgInFrom"],
  title: "FROM uses declared ARGs",
  severity: "warning",
  why: "Only ARGs before the first FROM are known there; any other variable is empty, and the build takes another image or none.",
  source: "https://docs.docker.com/reference/build-checks/undefined-arg-in-from/",
  appliesTo: "dockerfile",
  good: `ARG PYTHON=3.12
FROM python:\${PYTHON}-slim
`,
  bad: `ARG PYTHON=3.12
FROM «python:\${PYHTON}-slim»
`,
  *check(file) {
    for (const { base } of file.stages) {
      for (const { name, at } of [...base.unset, ...(base.platform?.unset ?? [])]) {
        const meant = nearest(name, plainNames(file.globals.declared.keys()));
        const text =
          meant === undefined ? undefined : renamed(file.text.slice(at.start, at.end), name, meant);
        yield {
          at,
          message: `No ARG before the first FROM declares ${name.slice(0, 60)}, so it is empty here${meant ? `; did you mean ${meant}?` : "."}`,
          fixes: text === undefined ? [] : [{ title: `Change to ${meant}`, edits: [{ ...at, text }] }],
        };
      }
    }
  },
};

/** @returns undefined when the variable is not written here as such. */
function renamed(written: string, name: string, meant: string): string | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const use = new RegExp(`\\$(?:\\{${name}\\}|${name}(?!\\w))`, "g");
  const text = written.replace(use, `\${${meant}}`);
  return text === written ? undefined : text;
}
