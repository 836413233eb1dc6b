// BKC003: an empty line among continued lines.
import type { Rule } from "../rule.ts";

export const bkc003: Rule = {
  id: "BKC003",
  aliases: ["NoEmptyContinuation"],
  title: "Continued lines have no empty line among them",
  severity: "warning",
  why: "The builder reads on over the empty line, so what follows it still belongs to the same instruction. It says that this will be an error one day.",
  source: "https://docs.docker.com/reference/build-checks/no-empty-continuation/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim
RUN pip install --no-cache-dir \\
    numpy \\
    torch
`,
  bad: `FROM python:3.12-slim
RUN pip install --no-cache-dir \\
    numpy \\
«  »
    torch
`,
  *check(file) {
    for (const { line } of file.instructions) {
      for (const { start, end } of line.emptyLines) {
        const after = /^\r*\n?/.exec(file.text.slice(end))?.[0].length ?? 0;
        yield {
          at: { start, end },
          message:
            "The instruction above goes on after this empty line, which will be an error one day: take the line out.",
          fixes: [{ title: "Remove the empty line", edits: [{ start, end: end + after, text: "" }] }],
        };
      }
    }
  },
};
