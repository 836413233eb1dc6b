// BKC020: a comment above a stage or ARG that does not start with its name.
import type { DockerfileInstruction } from "../../syntax/dockerfileTree.ts";
import type { Rule } from "../rule.ts";

export const bkc020: Rule = {
  id: "BKC020",
  aliases: ["InvalidDefinitionDescription"],
  title: "The comment above a stage or ARG describes it",
  severity: "information",
  profile: "strict",
  why: "docker build --call=outline shows the comment above a stage or ARG as its description, when it starts with the name. The builder finds this only with experimental checks on.",
  source: "https://docs.docker.com/reference/build-checks/invalid-definition-description/",
  appliesTo: "dockerfile",
  good: `# base holds what training and serving share
FROM python:3.12-slim AS base
`,
  bad: `# here it starts
FROM python:3.12-slim AS «base»
`,
  *check(file) {
    for (const instruction of file.instructions) {
      const names = namesOf(instruction);
      const comment = instruction.comments.at(-1);
      if (comment === undefined || names.length === 0 || names.includes(comment.split(" ")[0] ?? ""))
        continue;
      const [first] = names;
      const at = instruction.keyword === "FROM" ? instruction.words[2] : instruction.pairs[0]?.key;
      const start = lineStart(file.text, instruction.start);
      const eol = file.text.includes("\r\n") ? "\r\n" : "\n";
      yield {
        at: at ?? instruction.keywordSpan,
        message: `The comment above is taken for the description of ${first}: let it start with ${first}, or put an empty comment below it.`,
        fixes: [{ title: "Put an empty comment between", edits: [{ start, end: start, text: `#${eol}` }] }],
      };
    }
  },
};

function namesOf({ keyword, words, pairs }: DockerfileInstruction): string[] {
  if (keyword === "ARG") return pairs.map(({ key }) => key.text);
  return keyword === "FROM" && words.length === 3 && words[2] ? [words[2].text.toLowerCase()] : [];
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}
