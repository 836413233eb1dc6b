// BKC001: a stage's name in capitals.
import type { TextEdit } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const bkc001: Rule = {
  id: "BKC001",
  aliases: ["StageNameCasing"],
  title: "Stage names are in lower case",
  severity: "information",
  why: "The builder keeps stage names in lower case, so a later FROM with the name as written does not find the stage and looks for an image instead.",
  source: "https://docs.docker.com/reference/build-checks/stage-name-casing/",
  appliesTo: "dockerfile",
  good: `FROM python:3.12-slim AS build
RUN pip wheel --no-cache-dir --wheel-dir /wheels torch

FROM python:3.12-slim
COPY --from=build /wheels /wheels
`,
  bad: `FROM python:3.12-slim AS «Build»
RUN pip wheel --no-cache-dir --wheel-dir /wheels torch

FROM python:3.12-slim
COPY --from=Build /wheels /wheels
`,
  *check(file) {
    for (const { from } of file.stages) {
      const nameWord = from.words.length === 3 ? from.words[2] : undefined;
      const name = nameWord?.text;
      const lower = name?.toLowerCase();
      if (lower === undefined || nameWord === undefined || name === lower) continue;
      const uses: TextEdit[] = file.stages
        .filter((stage) => stage.image.text === name)
        .map(({ image }) => ({ start: image.start, end: image.end, text: lower }));
      yield {
        at: nameWord,
        message: `The builder calls this stage ${lower}; write it in lower case, so that a FROM can name it.`,
        fixes: [
          {
            title: `Change to ${lower}`,
            edits: [{ start: nameWord.start, end: nameWord.end, text: lower }, ...uses],
          },
        ],
      };
    }
  },
};
